import { Engine } from "../../host/browser.ts";
import { storeConformance } from "../../host/stores/conformance.ts";
import { IndexedDbStore } from "../../host/stores/indexed-db.ts";

// The store in IndexedDB, in a page: what it comes to is at globalThis.result. `before` is what an earlier page of this origin left.

const names = new WeakMap<object, string>();
let made = 0;

function open(name = `store-${made++}-${performance.now()}`): IndexedDbStore {
  const store = new IndexedDbStore(name);
  names.set(store, name);
  return store;
}

async function conformance(): Promise<object> {
  const failed: Record<string, string> = {};
  const cases = storeConformance({ empty: async () => open(), again: async (store) => open(names.get(store)) });
  for (const { name, run } of cases) await run().catch((error) => (failed[name] = String(error.stack)));
  return { cases: cases.length, failed };
}

const definition = { agents: [{ name: "a", model: "m", tools: [{ name: "pay" }] }] };

/** Leaves a run in the middle of a tool that may run only once; the next page goes on with it. */
async function run(): Promise<object> {
  const store = new IndexedDbStore("kept");
  const known = (await store.header("trip")) !== undefined;
  const model = (messages: { role: string; content: string }[]) =>
    messages.at(-1)?.role === "tool" ? `told: ${messages.at(-1)?.content}` : { toolCalls: [{ name: "pay" }] };
  let begun: () => void = () => {};
  const paying = new Promise<void>((resolve) => (begun = resolve));
  const pay = () => {
    begun();
    return known ? "paid twice" : new Promise(() => {});
  };
  const engine = await Engine.load(definition, { store, models: { m: model }, tools: { pay } });
  if (known) {
    const { stop, text } = await engine.resume("trip");
    return { stop, text, replay: await engine.replay("trip") };
  }
  void engine.run("x", { id: "trip" }).result.catch(() => {});
  await paying;
  return { left: true };
}

(globalThis as { result?: unknown }).result = location.hash === "#conformance" ? conformance() : run();
