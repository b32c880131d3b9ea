import type { Store } from "../stores/store.ts";
import { Sessions } from "./sessions.ts";
import type { SessionPart } from "./types.ts";

type Check = (store: Store, again: ((store: Store) => Promise<Store>) | undefined) => Promise<void>;

const parts = (text: string): SessionPart[] => [
  { role: "user", text },
  { role: "assistant", text: `${text}!` },
];

const over = (store: Store) => new Sessions(async () => store);

/** What a store must do that is to hold sessions: cases of the suite for stores. */
export const sessionCases: Record<string, Check> = {
  "sessions: turns are kept in order, and once under one key": async (store) => {
    const sessions = over(store);
    equal(await sessions.get("s"), undefined, "a session that is not there");
    await sessions.open("s", { user: "ann" });
    for (let i = 0; i < 5; i++) await sessions.append("s", { agent: i % 2 ? "a" : "b", parts: parts(`turn ${i}`), key: `k${i}` });
    await sessions.append("s", { agent: "a", parts: parts("again"), key: "k1" });
    const found = await over(store).get("s");
    equal(
      found?.turns.map(({ parts: [said] }) => said.text),
      ["turn 0", "turn 1", "turn 2", "turn 3", "turn 4"],
      "the turns",
    );
    equal([found?.user, found?.agents], ["ann", ["b", "a"]], "whose it is, and who speaks");
    await failing("bad-usage", sessions.open("s", { user: "bob" }));
    await failing("session-missing", sessions.append("none", { agent: "a", parts: [] }));
  },

  "sessions: what was brought back to a checkpoint is so for everybody after": async (store, again) => {
    const sessions = over(store);
    await sessions.open("s");
    await failing("session-missing", sessions.restore("s"));
    await sessions.append("s", { agent: "a", parts: parts("one") });
    const first = await sessions.checkpoint("s");
    await sessions.append("s", { agent: "a", parts: parts("two") });
    const second = await sessions.checkpoint("s");
    await sessions.append("s", { agent: "a", parts: parts("three") });
    equal([first.turns, second.turns, first.sha256.length, first.sha256 === second.sha256], [1, 2, 64, false], "the checkpoints");
    equal((await sessions.restore("s", first.sha256)).turns.length, 1, "turns at the first checkpoint");
    equal((await over(store).get("s"))?.turns.length, 1, "turns as another one finds them");
    await sessions.append("s", { agent: "a", parts: parts("other") });
    if (again !== undefined) {
      await store.close();
      store = await again(store);
    }
    const later = over(store);
    equal(
      (await later.get("s"))?.turns.map(({ parts: [said] }) => said.text),
      ["one", "other"],
      "the turns after a restart",
    );
    equal((await later.restore("s", second.sha256.slice(0, 12))).turns.length, 2, "turns at the second checkpoint");
    equal((await later.get("s"))?.checkpoints.length, 2, "how many checkpoints");
    await failing("session-missing", later.restore("s", "ffff"));
  },

  "sessions: many write one session at a time, and nothing is lost": async (store, again) => {
    const others = again === undefined ? [store, store] : [store, await again(store)];
    await over(store).open("s");
    const writers = others.map((each) => over(each));
    await Promise.all(Array.from({ length: 12 }, (_, i) => writers[i % 2].append("s", { agent: "a", parts: parts(`${i}`), key: `k${i}` })));
    equal((await over(store).get("s"))?.turns.length, 12, "the turns");
  },

  "sessions: they are listed, deleted, and their names are free again": async (store) => {
    const sessions = over(store);
    for (const id of ["x", "../y", "ä🙂"]) await sessions.open(id, { user: id === "x" ? "" : "ann" });
    await sessions.append("x", { agent: "a", parts: parts("one") });
    const ids = async (given?: { user?: string; agent?: string }) => {
      const found: string[] = [];
      for await (const { id } of sessions.list(given)) found.push(id);
      return found.sort();
    };
    equal(await ids(), ["../y", "x", "ä🙂"].sort(), "all");
    equal(await ids({ user: "ann" }), ["../y", "ä🙂"].sort(), "one user's");
    equal(await ids({ agent: "a" }), ["x"], "those that an agent has spoken in");
    await sessions.delete("x");
    await sessions.delete("x");
    equal(await sessions.get("x"), undefined, "what was deleted");
    equal((await sessions.open("x")).turns, [], "the turns of a new session of that name");
  },
};

function equal(found: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left} instead of ${right}`);
}

async function failing(code: string, asked: Promise<unknown>): Promise<void> {
  const error = await asked.then(
    () => undefined,
    (reason: { code?: string }) => reason,
  );
  if (error?.code !== code) throw new Error(`it should have failed with ${code}, and ${error === undefined ? "did not" : `did with ${String(error)}`}`);
}
