import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Command } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { answer, input, isCall, live, options, terms, toYaml } from "./random-flows.ts";
import { sign } from "./sign-state.ts";
import { EPOCH, World } from "./world.ts";

// Files that say they are runs of flows, and are not: every one is refused, or runs without a trap.

const FILES = Number(process.env.AIXLET_FUZZ ?? 40);
/** Changes to each of them. */
const CHANGES = 120;

describe("forged snapshots of flows", () => {
  it("are refused, or run without a trap", async () => {
    let refused = 0;
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(terms({ racing: true, deadlines: true }), input, fc.integer({ min: 1, max: 12 }), fc.nat(), async (term, text, leaveAt, seed) => {
        const yaml = toYaml(term);
        const world = await World.of(yaml, options);
        const { run, stop } = live(world, text, { leaveAt, choose: (below) => seed % below });
        if (stop !== "") return;
        const saved = world.step([event("save", { run })]).find(({ type }) => type === "saved");
        if (saved?.type !== "saved") throw new Error("not saved");
        const next = dice(seed);
        const bench = await World.of(yaml, options);
        for (let i = 0; i < CHANGES; i++) {
          const state = forged(saved.state, next);
          bench.commands.length = 0;
          bench.time = world.time;
          const commands = bench.step([event("restore", { state, definition: 1, tag: i })]);
          const [first] = commands;
          if (first.type === "started") {
            taken++;
            goOn(bench, first.run, commands);
            bench.step([event("drop", { run: first.run })]);
          } else refused++;
        }
      }),
      { numRuns: FILES },
    );
    expect(refused).toBeGreaterThan(FILES * 5);
    expect(taken).toBeGreaterThan(FILES * 5);
  }, 300_000);
});

function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

/** With one bit turned, or one number put in place of another. */
function forged(from: Uint8Array, next: (below: number) => number): Uint8Array {
  const state = from.slice();
  const at = 56 + next(state.length - 56);
  const odd = [0, 1, 8, 24, 0xffff_ffff, next(state.length) & ~7];
  if (next(2) === 0) new DataView(state.buffer).setUint32(at & ~3, odd[next(odd.length)], true);
  else state[at] ^= 1 << next(8);
  sign(state);
  return state;
}

/** Answers whatever is asked, for a while, and lets time pass. */
function goOn(bench: World, run: number, commands: readonly Command[]): void {
  const open = commands.filter(isCall);
  for (let turn = 0; turn < 40; turn++) {
    const call = open.shift();
    if (call !== undefined) {
      bench.time++;
      open.push(...bench.step([answer(call, run, `${turn} ${call.type}`)]).filter(isCall));
    } else if (bench.wake !== undefined && bench.wake - EPOCH < 1e9) open.push(...bench.at(Math.max(bench.time, bench.wake - EPOCH)).filter(isCall));
    else return;
  }
}
