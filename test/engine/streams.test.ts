import { describe, expect, it } from "vitest";
import { Engine, type RunEvent, scripted } from "../../host/index.ts";

const definition = { agents: [{ name: "asker", model: "gpt-4", provider: "openai", tools: [{ name: "look", effect: "pure" as const }] }] };
const models = scripted([{ when: { turn: 1 }, give: { reasoning: "so so", text: "a b", calls: [{ tool: "look", id: "c1" }] } }, { give: "done" }]);

async function piecesOf(stream: boolean): Promise<{ pieces: RunEvent[]; journal: Uint8Array }> {
  const engine = await Engine.load(definition, { models, tools: { look: () => "a star" }, now: () => 1_000 });
  const run = engine.run("go", { stream, id: "one", seed: 1 });
  const pieces: RunEvent[] = [];
  for await (const event of run) if (event.type === "model-delta") pieces.push(event);
  await engine.close();
  return { pieces, journal: run.journal.bytes() };
}

describe("a run that streams", () => {
  it("tells pieces in order, by effect, attempt and sequence", async () => {
    const { pieces } = await piecesOf(true);
    const first = { type: "model-delta", agent: "asker", effect: 1, attempt: 1 };
    expect(pieces).toEqual([
      { ...first, time: 1_000, sequence: 0, kind: "reasoning", text: "so" },
      { ...first, time: 1_000, sequence: 1, kind: "reasoning", text: " so" },
      { ...first, time: 1_000, sequence: 2, kind: "text", text: "a" },
      { ...first, time: 1_000, sequence: 3, kind: "text", text: " b" },
      { ...first, time: 1_000, sequence: 4, kind: "tool-input", text: "{}", id: "c1", tool: "look" },
      { ...first, effect: 3, time: 1_000, sequence: 0, kind: "text", text: "done" },
    ]);
  });

  it("tells none unless it is asked to, and leaves no trace of them in its journal", async () => {
    const [streamed, whole] = [await piecesOf(true), await piecesOf(false)];
    expect(whole.pieces).toEqual([]);
    expect(streamed.journal).toEqual(whole.journal);
  });
});
