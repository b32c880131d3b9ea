import { describe, expect, it } from "vitest";
import { Engine, scripted } from "../../host/index.ts";

const definition = {
  agents: [{ name: "asker", model: "gpt-4", provider: "openai", tools: [{ name: "look", effect: "pure" as const, max_concurrency: 1 }] }],
};
const models = scripted([{ when: { turn: 1 }, give: { calls: [{ tool: "look" }] } }, { give: "done" }]);
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("a bound of calls at once", () => {
  it("lets runs in by their order, past those that have given up", async () => {
    const begun: string[] = [];
    const finish: (() => void)[] = [];
    const engine = await Engine.load(definition, {
      models,
      tools: {
        look: (_, { run }) => {
          begun.push(run);
          return new Promise<string>((resolve) => finish.push(() => resolve("a star")));
        },
      },
    });
    const runs = ["first", "second", "third", "fourth"].map((id) => engine.run("go", { id }));
    await settled();
    expect(begun).toEqual(["first"]);
    runs[1].cancel();
    expect((await runs[1]).stop).toBe("cancelled");
    finish[0]();
    await settled();
    expect(begun).toEqual(["first", "third"]);
    finish[1]();
    await settled();
    expect(begun).toEqual(["first", "third", "fourth"]);
    finish[2]();
    expect((await Promise.all(runs)).map(({ stop }) => stop)).toEqual(["done", "cancelled", "done", "done"]);
    for (const run of runs) expect(engine.replay(run.journal.bytes()).finished).toBe(true);
  });
});
