import { expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";

const signal = new AbortController().signal;
const documents = [
  { id: "cats", text: "Cats sleep all day and hunt at night.", metadata: { kind: "pet" } },
  { id: "owls", text: "Owls hunt at night.", metadata: { kind: "bird" } },
  { id: "larks", text: "Larks sing in the morning.", metadata: { kind: "bird" } },
];
const ask = { collection: "", method: "semantic" as const, query: "who hunts at night: hunt night", topK: 2, signal };

test("finds what is like the query, the best first, as many as are wanted", async () => {
  const store = memoryStore({ documents });
  for (const method of ["semantic", "keyword"] as const) {
    const found = await store.search({ ...ask, method });
    expect(found.map(({ id }) => id)).toEqual(["owls", "cats"]);
    expect(found[0].score).toBeGreaterThan(found[1].score);
  }
  expect((await store.search({ ...ask, topK: 1 })).length).toBe(1);
  expect(await store.search({ ...ask, query: "submarine" })).toEqual([]);
});

test("only what its filters let through", async () => {
  const store = memoryStore({ documents });
  expect((await store.search({ ...ask, filters: { kind: "pet" } })).map(({ id }) => id)).toEqual(["cats"]);
  expect(await store.search({ ...ask, filters: { kind: "fish" } })).toEqual([]);
});

test("a document of the same id replaces the one there was, and the oldest leaves where there are too many", async () => {
  const store = memoryStore({ maxDocuments: 2 });
  await store.index({ collection: "c", documents, signal });
  expect((await store.search({ ...ask, collection: "c", query: "cats sleep" })).length).toBe(0);
  await store.index({ collection: "c", documents: [{ id: "owls", text: "Owls sleep." }], signal });
  expect((await store.search({ ...ask, collection: "c", query: "owls sleep" }))[0].text).toBe("Owls sleep.");
  expect(await store.search(ask)).toEqual([]);
});

test("vectors of one's own decide if there are any", async () => {
  const embed = async (texts: string[]) => texts.map((text) => (/sing|music/.test(text) ? [0, 1] : [1, 0]));
  const store = memoryStore({ documents, embed });
  expect((await store.search({ ...ask, query: "music", topK: 3 })).map(({ id, score }) => [id, score])).toEqual([["larks", 1]]);
});

test("it begins with the documents of several collections, each searched by its name", async () => {
  const store = memoryStore({ documents: { birds: documents.slice(1), pets: documents.slice(0, 1) } });
  expect((await store.search({ ...ask, collection: "birds" })).map(({ id }) => id)).toEqual(["owls"]);
  expect((await store.search({ ...ask, collection: "pets" })).map(({ id }) => id)).toEqual(["cats"]);
  expect(await store.search(ask)).toEqual([]);
});
