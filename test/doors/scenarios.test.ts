import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Event } from "../../host/protocol/index.ts";
import { makeComponent, readWit } from "../../tools/component.ts";
import { ROOT } from "../../tools/generate.ts";
import { play, readScenario } from "../conformance/runner.ts";
import { FrameCore } from "../engine/frame-core.ts";
import { decode, type Step } from "./door.ts";
import { StepFrameDoor, Transpiled, TypedDoor } from "./typed-door.ts";

// The conformance scenarios, as their runner plays them through the frame door of the module, once more through both doors of the component.

const folder = join(ROOT, "test/conformance/scenarios");
const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

let transpiled: Transpiled;

beforeAll(async () => {
  transpiled = await Transpiled.of(await makeComponent(readFileSync(join(ROOT, "dist/core.wasm")), readWit()));
});

afterEach(() => vi.restoreAllMocks());
afterAll(() => transpiled?.remove());

/** What the runner hands to the core, and what it gets. */
async function record(name: string): Promise<{ now: number; events: readonly Event[]; step: Step }[]> {
  const steps: { now: number; events: readonly Event[]; step: Step }[] = [];
  const step = FrameCore.prototype.step;
  vi.spyOn(FrameCore.prototype, "step").mockImplementation(function (this: FrameCore, now, events = []) {
    const given = structuredClone(events);
    const answer = step.call(this, now, events);
    steps.push({ now, events: given, step: decode(answer.frame) });
    return answer;
  });
  await play(readScenario(readFileSync(join(folder, name), "utf8")));
  return steps;
}

describe("through the component's doors", () => {
  it.each(names)("%s says the same", async (name) => {
    const steps = await record(name);
    expect(steps.length).toBeGreaterThan(0);
    for (const door of [new TypedDoor(transpiled.instantiate()), new StepFrameDoor(transpiled.instantiate())]) {
      for (const { now, events, step } of steps) expect(door.step(now, events)).toEqual(step);
    }
  });
});
