import { describe, expect, it } from "vitest";
import { Engine } from "../../host/index.ts";
import { checkJournal, readHeader } from "../../host/stores/index.ts";
import { allGolden, storeOf } from "./shelf.ts";
import { allStories } from "./stories.ts";

// Journals of every release replay on the engine of that release, and runs begun on it finish on it, by the host of today.

const golden = await allGolden();
const stories = new Map((await allStories()).map((story) => [story.name, story]));

it("there are journals of a release", () => expect(golden.length).toBeGreaterThan(5));

describe.each(golden.map((each) => [`${each.release}/${each.name}`, each] as const))("%s", (_, each) => {
  it("replays on its own engine, and ends as it did", async () => {
    const { store, checked } = await storeOf(each);
    await using engine = await Engine.ofRun(each.name, { store });
    const { steps, finished } = await engine.replay(each.name);
    const last = checked.records[checked.records.length - 1];
    expect([steps, finished]).toEqual([new DataView(last.buffer, last.byteOffset).getUint32(8, true), true]);
    const result = await engine.resume(each.name);
    const text = stories.get(each.name)?.text;
    expect(result.stop).toBe("done");
    if (text !== undefined) expect(result.text).toBe(text);
  });
});

it.each(golden.filter(({ name }) => name === "approvals" || name === "flow").map((each) => [`${each.release}/${each.name}`, each] as const))(
  "%s, left at any step, is finished on the engine it was begun with, while new runs take the new one",
  async (_, each) => {
    const story = stories.get(each.name);
    if (story === undefined) throw new Error(`no story ${each.name}`);
    const { records, header } = checkJournal(each.journal);
    for (let left = 1; left < records.length; left++) {
      const { store } = await storeOf(each, left);
      // Right after it was left: the time in which nobody did anything counts for its deadlines.
      const behind = Date.now() - Number(new DataView(records[left - 1].buffer, records[left - 1].byteOffset).getBigUint64(16, true));
      await using engine = await Engine.load(story.definition, { ...story.options, store, now: () => Date.now() - behind });
      const result = await engine.resume(each.name);
      expect([left, result.stop, result.message]).toEqual([left, "done", ""]);
      const fresh = await engine.run(story.input, { ...story.run, id: "new" });
      expect(fresh.stop).toBe("done");
      const engineOf = async (run: string) => readHeader((await store.header(run)) as Uint8Array).engine;
      expect(await engineOf(each.name)).toBe(header.engine);
      await using own = await Engine.ofRun("new", { store });
      expect(await own.replay("new")).toMatchObject({ finished: true });
      expect(await engine.replay(each.name)).toMatchObject({ finished: true });
    }
  },
);
