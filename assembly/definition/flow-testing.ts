import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readYaml } from "../../host/definition/nodes.ts";
import { FrameReader, FrameWriter, readCommand, type Source, writeDefine, writeForget } from "../../host/protocol/index.ts";
import { compileCore } from "../../tools/build-core.ts";
import { ROOT } from "../../tools/generate.ts";

// The core with a door to its tables of terms, for tests of flows.

/** A term as assembly/flow/testing.entry.ts writes it. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
export type TermJson = Record<string, any>;

export interface FlowLoaded {
  terms: TermJson[];
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  manifest: any;
  hash: string;
  /** `error code path: message (suggestion)` */
  problems: string[];
}

export type LoadFlow = (source: string | Source) => FlowLoaded;

interface FlowExports {
  memory: WebAssembly.Memory;
  room(bytes: number): number;
  step(length: number): number;
  output(): number;
  writeTerms(definition: number): number;
  termsAt(): number;
}

/** Compiles that core; gives a function that loads a definition. */
export async function flowCore(): Promise<LoadFlow> {
  const file = "build/flow.test.wasm";
  await compileCore("assembly/flow/testing.entry.ts", file);
  const module = new WebAssembly.Module(readFileSync(join(ROOT, file)));
  const core = new WebAssembly.Instance(module, {}).exports as unknown as FlowExports;
  const room = (capacity: number) => ({ offset: core.room(capacity), capacity });
  const writer = new FrameWriter(core.memory, room(1 << 16), room);
  const reader = new FrameReader(core.memory);
  const answer = () => {
    const length = core.step(writer.finish(0, 1));
    reader.open(core.output(), length);
    writer.again();
    return reader.next() ? readCommand(reader) : undefined;
  };
  return (source) => {
    const sources = [typeof source === "string" ? readYaml("flow.yaml", source) : source];
    writeDefine(writer, { tag: 1, sources, roles: [], tools: [], checkOnly: false });
    const command = answer();
    const lines = (list: { severity: string; code: string; path: string; message: string; suggestion: string }[]) =>
      list.map(({ severity, code, path, message, suggestion }) => `${severity} ${code} ${path}: ${message}${suggestion ? ` (${suggestion})` : ""}`);
    if (command?.type === "problems") return { terms: [], manifest: undefined, hash: "", problems: lines(command.problems) };
    if (command?.type !== "defined") throw new Error(`the core has answered ${command?.type}`);
    const length = core.writeTerms(command.definition);
    const text = new TextDecoder().decode(new Uint8Array(core.memory.buffer, core.termsAt(), length));
    writeForget(writer, { definition: command.definition });
    answer();
    return { terms: length ? JSON.parse(text) : [], manifest: JSON.parse(command.manifest), hash: command.hash, problems: lines(command.warnings) };
  };
}
