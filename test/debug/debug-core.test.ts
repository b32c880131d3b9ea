import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ASUtil, instantiate } from "@assemblyscript/loader";
import { beforeAll, describe, expect, it } from "vitest";
import { readObject } from "../../host/definition/object.ts";
import { readScript } from "../../host/models/script-file.ts";
import { scripted } from "../../host/models/scripted.ts";
import { Engine } from "../../host/index.ts";
import { recordsOf } from "../../host/journal.ts";
import * as protocol from "../../host/protocol/index.ts";
import { buildDebugCore } from "../../tools/build-core.ts";
import { ROOT } from "../../tools/generate.ts";

// A trap in a release core says only that it happened. The debug build of the same core, fed the same journal, names file and line.

interface DebugExports extends ASUtil {
  room(bytes: number): number;
  step(length: number): number;
  output(): number;
}

let compiled: WebAssembly.Module;

beforeAll(async () => {
  await buildDebugCore();
  compiled = await WebAssembly.compile((await readFile(join(ROOT, "build/core.debug.wasm"))) as Uint8Array<ArrayBuffer>);
});

class DebugCore {
  readonly exports: DebugExports;

  constructor(exports: DebugExports) {
    this.exports = exports;
  }

  static async start(): Promise<DebugCore> {
    const { exports } = await instantiate<Record<string, unknown>>(compiled);
    return new DebugCore(exports as unknown as DebugExports);
  }

  step(write: (events: protocol.FrameWriter) => void): protocol.Command[] {
    const { memory } = this.exports as unknown as { memory: WebAssembly.Memory };
    const capacity = 1 << 18;
    const events = new protocol.FrameWriter(memory, { offset: this.exports.room(capacity), capacity });
    write(events);
    const length = this.exports.step(events.finish(0, 1_700_000_000_000));
    const reader = new protocol.FrameReader(memory);
    reader.open(this.exports.output(), length);
    const commands: protocol.Command[] = [];
    while (reader.next()) commands.push(protocol.readCommand(reader));
    return commands;
  }
}

const definition = { agents: [{ name: "echo", model: "gpt-4", provider: "openai", tools: [{ name: "look" }] }] };

async function journalOfARun(): Promise<Uint8Array> {
  const rules = await readScript("rules:\n  - when: {turn: 1}\n    give: {calls: [{tool: look, arguments: {}}]}\n  - give: {text: seen}\n", "script.yaml");
  // The debug core is told of no prices.
  const engine = await Engine.load(definition, { prices: false, models: scripted(rules), tools: { look: () => "a star" } });
  const run = engine.run("What do you see?");
  expect((await run).text).toBe("seen");
  return run.journal.bytes();
}

describe("the debug core", () => {
  it("replays what the release core recorded, to the same digests", async () => {
    const core = await DebugCore.start();
    const [defined] = core.step((events) =>
      protocol.writeDefine(events, { tag: 1, sources: [readObject("d", definition)], roles: [], tools: ["look"], checkOnly: false }),
    );
    expect(defined.type).toBe("defined");
    let run = 0;
    let last: protocol.Command | undefined;
    for (const record of recordsOf(await journalOfARun())) {
      // What leaves the run stands before it.
      const answer = core
        .step((events) => protocol.writeReplay(events, { run, tag: 2, definition: (defined as protocol.DefinedCommand).definition, record, show: false }))
        .at(-1);
      if (answer?.type !== "replayed") throw new Error(JSON.stringify(answer));
      run = answer.run;
      last = answer;
    }
    expect(last).toMatchObject({ finished: true });
  });

  it("names file and line of a trap", async () => {
    const core = await DebugCore.start();
    const [defined] = core.step((events) =>
      protocol.writeDefine(events, { tag: 1, sources: [readObject("d", definition)], roles: [], tools: ["look"], checkOnly: false }),
    );
    const first = [...recordsOf(await journalOfARun())][0];
    core.step((events) =>
      protocol.writeReplay(events, { run: 0, tag: 2, definition: (defined as protocol.DefinedCommand).definition, record: first, show: false }),
    );
    // Nobody but a bug writes into the core's memory; here the test is the bug.
    const { memory } = core.exports as unknown as { memory: WebAssembly.Memory };
    const words = new Uint32Array(memory.buffer);
    for (let i = 0x8000; i < words.length; i++) words[i] ^= 0x5a5a5a5a;
    let stack = "";
    try {
      for (let i = 0; i < 100; i++) core.step((events) => protocol.writeCancel(events, { run: 2 ** 22, reason: "x" }));
    } catch (error) {
      stack = String((error as Error).stack);
    }
    expect(stack).toMatch(/assembly\/[a-z-]+\/[a-z-]+(\.ts:\d+|\/\w+)/);
  });
});
