import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CallModelCommand } from "../../host/protocol/index.ts";
import { ROOT } from "../../tools/generate.ts";
import { decode, FrameDoor } from "../doors/door.ts";
import { play } from "../doors/play.ts";
import { SCRIPTS } from "../doors/scripts.ts";
import type { FuzzedDefinitions } from "./fuzz-definitions.ts";
import type { FuzzedFrames } from "./fuzz-frames.ts";
import type { FuzzedStates } from "./fuzz-states.ts";
import { FUZZ } from "./random.ts";
import { watched } from "./watched.ts";

const seeds = Array.from({ length: Math.min(FUZZ, 20) }, (_, i) => i + 1);
const share = Math.ceil(FUZZ / seeds.length);

const module = new WebAssembly.Module(readFileSync(join(ROOT, "dist/core.wasm")));
const { frames } = JSON.parse(readFileSync(join(ROOT, "test/vectors/protocol.json"), "utf8")) as { frames: { name: string; of: string; hex: string }[] };
const vectors = frames.filter(({ of }) => of === "events").map(({ name, hex }) => ({ name, frame: Uint8Array.from(Buffer.from(hex, "hex")) }));

/** The reason for which a core refused a frame, or undefined. */
function refusal(core: FrameDoor, frame: Uint8Array): string | undefined {
  const { commands } = decode(core.pass(frame));
  const [first] = commands;
  return first?.type === "refused" && first.code === "bad-frame" ? first.message : undefined;
}

describe("the frame door", () => {
  it("refuses frames that are cut off, at every byte of every kind", () => {
    const core = new FrameDoor(module);
    for (const { name, frame } of vectors) {
      for (let length = 0; length < frame.length; length++) expect(refusal(core, frame.slice(0, length)), `${name}, ${length} bytes`).toMatch(/^not a frame: /);
    }
  });

  it("answers every frame in which one bit is another", () => {
    const core = new FrameDoor(module);
    let bad = 0;
    for (const { frame } of vectors) {
      for (let bit = 0; bit < frame.length * 8; bit++) {
        const flipped = frame.slice();
        flipped[bit >> 3] ^= 1 << (bit & 7);
        if (refusal(core, flipped) !== undefined) bad++;
      }
    }
    expect(bad).toBeGreaterThan(10_000);
    expect(core.memory.buffer.byteLength).toBeLessThan(8 << 20);
  });

  it("takes a vote's last voice in the millisecond in which its window ends", () => {
    const core = new FrameDoor(module);
    const script = SCRIPTS.find(({ name }) => name === "a vote that one does not live to see")!;
    const open = play(core, { ...script, longest: 3 });
    const { run, effect } = open
      .flatMap(({ commands }) => commands)
      .find((command) => command.type === "call-model" && command.agent === 1) as CallModelCommand;
    const part = { role: "assistant", kind: "text", text: "blue", id: "", name: "", metadata: "" } as const;
    const usage = { input: 1, output: 1, cachedRead: 0, cachedWrite: 0, reasoning: 0 };
    const late = core.step(open.at(-1)!.wake!, [{ type: "model-result", run, effect, attempt: 1, finish: "stop", usage, parts: [part] }]);
    expect(late.commands).toContainEqual(expect.objectContaining({ type: "output", text: expect.stringContaining('"sources":["one","three"]') }));
    const next = core.step(late.wake!, []);
    expect(next.commands).toContainEqual(expect.objectContaining({ type: "finished", stop: "done" }));
  });

  it("tells of no time that a number cannot hold", () => {
    const door = new FrameDoor(module);
    const yaml = "agents: [{name: tick, role: producer, interval: 1s, outputs: [log]}, {name: log, role: logger, inputs: [tick]}]";
    const far = { endAfter: Number.MAX_SAFE_INTEGER, budget: { calls: 0, tokens: 0, time: Number.MAX_SAFE_INTEGER, money: 0 } };
    const played = play(door, { name: "far", yaml, start: far, longest: 5 });
    expect(played.map(({ wake }) => wake)).toContain(played[1].now + 1000);
    const alone = play(new FrameDoor(module), { name: "far", yaml: SCRIPTS[0].yaml, start: { ...far, closed: false } });
    expect(alone.at(-1)).toMatchObject({ wake: undefined, more: false });
  });

  it.each(seeds)("refuses without a trace, and never traps nor hangs: seed %i", { timeout: 600_000 * share }, async (seed) => {
    const { bad, refused, taken, growth } = await watched<FuzzedFrames>("frames", seed, 10_000 * share);
    console.info(`seed ${seed}: ${bad} bad frames, ${refused} refused whole, ${taken} taken`);
    expect(Math.min(bad, refused, taken)).toBeGreaterThan(500);
    expect(growth).toBe(0);
  });
});

describe("the definition loader", () => {
  it.each(seeds)("answers everything, and forgets it: seed %i", { timeout: 600_000 * share }, async (seed) => {
    const { defined, problems, codes, memory } = await watched<FuzzedDefinitions>("definitions", seed, 2_000 * share);
    console.info(`seed ${seed}: ${defined} defined, ${problems} refused, ${Object.keys(codes).length} codes`);
    expect(Math.min(defined, problems)).toBeGreaterThan(100);
    expect(memory[1]).toBe(memory[0]);
  });
});

describe("saved runs", () => {
  it.each(seeds)("that were changed by somebody are refused, or run to some end: seed %i", { timeout: 600_000 * share }, async (seed) => {
    const { refused, restored, memory } = await watched<FuzzedStates>("states", seed, 1_000 * share);
    console.info(`seed ${seed}: ${refused} refused, ${restored} restored, ${memory} bytes of memory at most`);
    expect(Math.min(refused, restored)).toBeGreaterThan(100);
    expect(memory).toBeLessThan(32 << 20);
  });
});
