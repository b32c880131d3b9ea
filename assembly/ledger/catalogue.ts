import { Arena, newArena } from "../memory/arena";
import { ModelsEvent } from "../protocol/events";
import { MODEL_FACTS_SIZE, ModelFacts } from "../protocol/types";
import { sameBytes } from "../text/slice";

// What the host knows of models, for definitions that are loaded from then on. They take over what concerns them.

const kept: Arena = newArena();
let facts: usize = 0;
let count: u32 = 0;

export function modelsEvent(event: ModelsEvent): void {
  kept.free();
  facts = kept.copy(changetype<usize>(event), event.size);
  count = event.modelsCount;
}

/** What is known of a provider's model; null if nothing. */
export function findModel(provider: usize, providerLength: u32, model: usize, modelLength: u32): ModelFacts | null {
  let at = facts + changetype<ModelsEvent>(facts).modelsAt;
  for (let i: u32 = 0; i < count; i++, at += MODEL_FACTS_SIZE) {
    const known = changetype<ModelFacts>(at);
    if (!sameBytes(facts + known.modelAt, known.modelLength, model, modelLength)) continue;
    if (sameBytes(facts + known.providerAt, known.providerLength, provider, providerLength)) return known;
  }
  return null;
}
