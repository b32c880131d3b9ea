import { child, Doc, DocType } from "./doc";
import { addChild, docAt, giveKey, inherit, removeChild } from "./edit";
import { Key } from "./table";

// Sampling of a role's calls: what the role's own block says, else what the agent or `llm` says, else the role's default. It stands at the agent
// from then on, where hosts look for it.

/** `temperature` in units of 10⁻⁹. */
export function giveSampling(agent: Doc, config: Doc | null, temperature: i64, tokens: i64): void {
  give(agent, config, Key.Temperature, DocType.Decimal, temperature);
  give(agent, config, Key.MaxTokens, DocType.Integer, tokens);
}

function give(agent: Doc, config: Doc | null, key: u32, type: DocType, fallback: i64): void {
  const own = child(agent, key);
  const wins = child(config, key);
  if (wins !== null) {
    if (own !== null) removeChild(agent, own);
    inherit(agent, key, wins);
  } else if (own === null) {
    const doc = docAt(agent, type);
    doc.number = fallback;
    giveKey(doc, key);
    addChild(agent, doc);
  }
}
