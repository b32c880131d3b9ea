import { readFileSync } from "node:fs";
import { FrameCore } from "../engine/frame-core.ts";
import { readScenario } from "./runner.ts";
import { makeVector, type Vector, type VectorStep } from "./vectors.ts";

// What no scenario can say: what a host does when the core traps, and what frames lead to that are none.

/** A run that is under way when its core traps; then another core, in which its journal is replayed. */
export async function trapVector(scenarios: URL): Promise<Vector> {
  const scenario = readScenario(readFileSync(new URL("react-tools.yaml", scenarios), "utf8"));
  const { steps, definition } = await makeVector("trap", scenario);
  const fresh = steps.findLastIndex(({ kind }) => kind === "fresh");
  const begun = steps.findIndex(({ kind }) => kind === "state") + 1;
  const next = steps[begun];
  if (begun === 0 || next?.kind !== "frame") throw new Error("the scenario has no step in its middle");
  const trap: VectorStep = { kind: "trap", input: next.input };
  return { name: "trap", definition, steps: [...steps.slice(0, begun), { kind: "ruin" }, trap, trap, ...steps.slice(fresh)] };
}

/** Frames that are damaged in all ways, to a core that goes on. */
export async function damageVector(count = 600): Promise<Vector> {
  const file = new URL("../vectors/protocol.json", import.meta.url);
  const { frames } = JSON.parse(readFileSync(file, "utf8")) as { frames: { of: string; hex: string }[] };
  const whole = frames.filter(({ of }) => of === "events").map(({ hex }) => Buffer.from(hex, "hex"));
  const chance = random(11);
  const core = await FrameCore.load();
  const steps: VectorStep[] = [{ kind: "fresh" }];
  for (let i = 0; i < count; i++) {
    const input = damaged(whole[chance(whole.length)], chance);
    steps.push({ kind: "frame", input, output: core.stepFrame(input).frame });
  }
  return { name: "damaged-frames", definition: "", steps };
}

function damaged(frame: Buffer, chance: (below: number) => number): Uint8Array {
  let bytes = Uint8Array.from(frame);
  for (let left = 1 + chance(3); left > 0; left--) {
    const at = chance(bytes.length);
    if (bytes.length === 0 || chance(4) === 0) bytes = bytes.slice(0, at);
    else bytes[at] = chance(2) === 0 ? chance(256) : bytes[at] ^ (1 << chance(8));
  }
  return bytes;
}

/** The same numbers every time (xorshift32, Marsaglia 2003). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return below === 0 ? 0 : (state >>> 0) % below;
  };
}
