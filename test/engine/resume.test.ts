import { describe, expect, it } from "vitest";
import { event } from "./events.ts";
import { briefly, calls, says, World } from "./world.ts";

// A run that is done again from its journal, and then goes on.

const file = "agents: [{name: a, model: gpt-4, tools: [{name: pay}, {name: read, effect: pure}]}]";
const options = { tools: ["pay", "read"] };

/** A run that waits for two tools, one of which may run only once. */
async function begun(): Promise<Uint8Array[]> {
  const world = await World.of(file, options);
  const { run } = world.start({ input: "x" });
  world.step([
    calls(run, 1, [
      ["pay", {}],
      ["read", {}],
    ]),
  ]);
  return world.journal(run);
}

describe("a replaying run", () => {
  it("takes records, and nothing else until it is resumed", async () => {
    const records = await begun();
    const world = await World.of(file, options);
    const { run, finished } = world.replay(records);
    expect(finished).toBe(false);
    expect(briefly(world.step([event("tool-result", { run, effect: 2 }), event("deliver", { run, text: "x" })]))).toEqual([
      expect.stringContaining("refused replaying"),
      expect.stringContaining("refused replaying"),
    ]);
  });

  it("is refused where it leads to something else, and for records that are not the next ones", async () => {
    const [first, second] = await begun();
    const world = await World.of(file, options);
    const other = await World.of("agents: [{name: a, model: gpt-4, prompt: Other words., tools: [{name: pay}]}]", options);
    expect(() => other.replay([first])).toThrow("diverged");
    expect(() => world.replay([second])).toThrow("wrong-step");
    expect(() => world.replay([first, first])).toThrow("wrong-step");
    const changed = second.slice();
    changed[24] ^= 1;
    expect(() => world.replay([first, changed])).toThrow("diverged");
  });

  it("asks again for what it waits for when it is resumed, and calls unknown what may not run twice", async () => {
    const records = await begun();
    const world = await World.of(file, options);
    const { run } = world.replay(records);
    expect(briefly(world.step([event("resume", { run })]))).toEqual(["call-tool 3.1 read {}"]);
    expect(briefly(world.step([event("tool-result", { run, effect: 3, text: "read" })]))).toEqual(["call-model 4.1"]);
    const [call] = world.step([event("resend", { run, effect: 4 })]).filter(({ type }) => type === "call-model");
    expect(call).toMatchObject({
      known: 0,
      parts: [
        { text: "x" },
        { name: "pay" },
        { name: "read" },
        { kind: "tool-error", text: expect.stringContaining("outcome unknown (aborted)") },
        { text: "read" },
      ],
    });
    world.step([says(run, 4, "done")]);
    expect(world.finished(run)).toMatchObject({ stop: "done", output: "done" });
  });

  it("as another one asks once for what comes of a result that is given", async () => {
    const world = await World.of(file, options);
    const { run } = world.replay(await begun());
    const changes = {
      run,
      id: "fork",
      results: [
        { effect: 3, text: "read", isError: false },
        { effect: 2, text: "paid", isError: false },
      ],
    };
    expect(briefly(world.step([event("amend", changes)]))).toEqual(["call-model 4.1"]);
    expect(briefly(world.step([event("resend", { run, effect: 4 })]))).toEqual(["call-model 4.1"]);
    world.step([says(run, 4, "done")]);
    expect(world.finished(run)).toMatchObject({ stop: "done", output: "done" });
  });

  it("is asked for what is under way in the order in which it was first asked", async () => {
    const many = "agents: [{name: a, model: gpt-4}]\nflow: {sequence: [{map: {do: a, max_concurrency: 10}}, {map: {do: a, max_concurrency: 10}}]}";
    const world = await World.of(many, options);
    const { run } = world.start({ input: JSON.stringify([..."0123456789"]) });
    world.step(Array.from({ length: 10 }, (_, i) => says(run, i + 1, "x")));
    const again = await World.of(many, options);
    const { run: back } = again.replay(world.journal(run));
    expect(briefly(again.step([event("resume", { run: back })]))).toEqual(Array.from({ length: 10 }, (_, i) => `call-model ${i + 11}.1`));
  });

  it("tells again what left the run, and how it ended, and nothing else", async () => {
    const world = await World.of(file, options);
    const { run } = world.start({ input: "x" });
    world.step([says(run, 1, "done")]);
    const records = world.journal(run);
    const again = await World.of(file, options);
    const first = again.step([event("replay", { record: records[0], definition: 1, tag: 1 })]);
    expect(first.map(({ type }) => type)).toEqual(["replayed"]);
    const last = again.step([event("replay", { run: 4194304, record: records[1], definition: 1, tag: 1 })]);
    expect(last.map(({ type }) => type)).toEqual(["output", "finished", "replayed"]);
    const { run: _, ...finished } = world.finished(run);
    expect(last[1]).toMatchObject(finished);
    expect(last[0]).toMatchObject({ text: "done" });
  });

  it("is resumed beside others in one step", async () => {
    const records = await begun();
    const world = await World.of(file, options);
    const runs = Array.from({ length: 20 }, () => world.replay(records).run);
    const commands = world.step([
      ...runs.map((run) => event("resume", { run })),
      // What is done again in the same step must not be in the way of those.
      event("replay", { record: records[0], tag: 1000 }),
    ]);
    expect(briefly(commands)).toEqual([...runs.map(() => "call-tool 3.1 read {}"), "replayed"]);
    for (const run of runs) {
      world.step([event("tool-result", { run, effect: 3, text: "read" })]);
      world.step([says(run, 4, "done")]);
      expect(world.finished(run).stop).toBe("done");
    }
  });
});
