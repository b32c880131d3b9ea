import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine, type Store } from "../../host/index.ts";
import { storeConformance } from "../../host/stores/conformance.ts";
import { PostgresStore } from "../../host/stores/postgres.ts";
import { RedisStore } from "../../host/stores/redis.ts";
import { load, type Server, startPostgres, startRedis, tryServer } from "./servers.ts";

// Stores on real servers.

const kinds: { name: string; start: () => Promise<Server>; open: (address: string, prefix: string) => Store; missing: () => Store; nowhere: () => Store }[] = [
  {
    name: "Redis",
    start: startRedis,
    open: (address, prefix) => new RedisStore(address, { prefix, load }),
    missing: () => new RedisStore("redis://nowhere", { load: () => Promise.reject(new Error("Cannot find package 'redis'")) }),
    nowhere: () =>
      new RedisStore("/nowhere/socket", {
        load: async () => ({
          createClient: () => ({ isOpen: false, on: () => {}, connect: () => Promise.reject(new Error("ECONNREFUSED")), destroy: () => {} }),
        }),
      }),
  },
  {
    name: "PostgreSQL",
    start: startPostgres,
    open: (address, prefix) => new PostgresStore(address, { prefix, load }),
    missing: () => new PostgresStore("postgres://nowhere", { load: () => Promise.reject(new Error("Cannot find package 'pg'")) }),
    nowhere: () => new PostgresStore("postgres://aixlet@/x?host=/nowhere", { load }),
  },
];

describe.each(kinds)("the store in $name", ({ name, start, open, missing, nowhere }) => {
  let server: Server | string;
  const places = new WeakMap<Store, string>();
  const at = (prefix: string): Store => {
    const store = open((server as Server).address, prefix);
    places.set(store, prefix);
    return store;
  };
  const fresh = () => at(`t${randomBytes(6).toString("hex")}_`);

  beforeAll(async () => {
    server = await tryServer(start);
  }, 300_000);

  afterAll(async () => {
    if (typeof server !== "string") await server?.stop();
  });

  it.each(storeConformance({ empty: async () => fresh(), again: async (store) => at(places.get(store) as string) }))("$name", async ({ run }) => {
    if (typeof server === "string") return console.log(`${name} could not be had: ${server}`);
    await run();
  });

  it("holds an engine's runs, which others take over", async () => {
    if (typeof server === "string") return;
    const store = fresh();
    let asked = 0;
    const definition = "agents: [{name: a, model: m, tools: [{name: pay}]}]";
    const model = (messages: { role: string; content: string }[]) =>
      messages.at(-1)?.role === "tool" ? `done: ${messages.at(-1)?.content}` : { toolCalls: [{ name: "pay" }] };
    await using first = await Engine.load(definition, {
      store,
      models: { m: model },
      tools: {
        pay: () => {
          asked++;
          return new Promise(() => {});
        },
      },
    });
    const left = first.run("x", { id: "left" });
    const lost = expect(left.result).rejects.toMatchObject({ code: "run-fenced" });
    while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const other = at(places.get(store) as string);
    await using second = await Engine.load(definition, { store: other, models: { m: model }, tools: { pay: () => expect.fail("paid twice") } });
    expect((await second.resume("left")).text).toContain("unknown");
    expect(await second.replay("left")).toMatchObject({ finished: true });
    left.send("more");
    await lost;
    const [run] = [await second.runs().next()];
    expect(run.value).toMatchObject({ id: "left", end: { stop: "done" } });
    await second.close();
    await first.close();
    await other.close();
    await store.close();
  });

  it("says what to install, and what it could not reach", async () => {
    await expect(missing().header("a")).rejects.toMatchObject({ code: "missing-package", message: expect.stringContaining("npm install") });
    if (typeof server !== "string") await expect(nowhere().header("a")).rejects.toMatchObject({ code: "store-failed", message: expect.stringContaining(name) });
  });
});
