import { expect, it } from "vitest";
import { Engine, memoryStore } from "../../host/index.ts";

const definition = `
agents:
  - name: clerk
    model: gpt-4
    tools:
      - {name: find, vectorstore: {collection: books, top_k: 1, min_score: 0.1}, input_schema: {type: object, properties: {query: {type: string}}}}
      - {name: mine, vectorstore: {collection: books, filters: {scope: current_user}}, input_schema: {type: object, properties: {query: {type: string}}}}
      - {name: keep, vectorstore: {collection: books}, input_schema: {type: object, properties: {content: {type: string}, tags: {}}}}
      - {name: open, vectorstore: {collection: books}, input_schema: {type: object, properties: {document_id: {type: string}}}}
      - {name: shred, vectorstore: {collection: books}, input_schema: {type: object, properties: {memory_id: {type: string}}}}
`;

/** An engine whose model makes one call of a tool, and says what came of it. */
async function clerk() {
  let call = { name: "", arguments: {} };
  const model = (messages: { role: string; content: string; isError?: boolean }[]) => {
    const last = messages.at(-1);
    return last?.role === "tool" ? `${last.isError === true ? "error: " : ""}${last.content}` : { toolCalls: [{ id: "1", ...call }] };
  };
  const documents = memoryStore({
    documents: {
      books: [
        { id: "owls", text: "All about owls" },
        { id: "cats", text: "All about cats" },
      ],
    },
  });
  const engine = await Engine.load(definition, { models: { "gpt-4": model }, documents });
  return async (name: string, input: object, user?: string) => {
    call = { name, arguments: input };
    return engine.run("go", user === undefined ? {} : { user }).text();
  };
}

it("tools that work on a store search it, fill it and give of it", async () => {
  const use = await clerk();
  expect(JSON.parse(await use("find", { query: "owls" }))).toEqual([{ id: "owls", text: "All about owls", score: expect.any(Number) }]);
  expect(await use("find", { query: "dogs" })).toBe("[]");
  expect(JSON.parse(await use("open", { document_id: "cats" }))).toEqual({ id: "cats", text: "All about cats" });
  expect(await use("open", { document_id: "dogs" })).toBe("error: there is no document of that id");
  expect(JSON.parse(await use("keep", { content: "Dogs dig", tags: ["pets"] }, "ann"))).toEqual({ kept: expect.any(String) });
  expect(JSON.parse(await use("find", { query: "dogs dig" }))).toMatchObject([{ text: "Dogs dig", metadata: { tags: ["pets"], user_id: "ann" } }]);
});

it("what is somebody's own is found by them alone", async () => {
  const use = await clerk();
  await use("keep", { content: "Ann likes owls", user_id: "bob" }, "ann");
  expect(JSON.parse(await use("mine", { query: "owls" }, "ann"))).toMatchObject([{ text: "Ann likes owls" }]);
  expect(await use("mine", { query: "owls" }, "bob")).toBe("[]");
  expect(await use("mine", { query: "owls", filters: { user_id: "ann" } }, "bob")).toBe("[]");
  expect(await use("mine", { query: "owls" })).toBe("[]");
});

it("one that nothing is known of fails, and the model is told", async () => {
  const use = await clerk();
  expect(await use("shred", { memory_id: "owls" })).toContain('no code is registered for the tool "shred"');
});
