import { fileURLToPath } from "node:url";
import { readYaml } from "../../host/definition/nodes.ts";
import type { Problem } from "../../host/errors.ts";
import { FrameWriter, type Source, writeDefine, writeVariables } from "../../host/protocol/index.ts";
import { type Compiled, compile, getText } from "../text/testing.ts";

// Drives the definition part of the core from tests: real records in, what came of them out.

export interface Loaded {
  state: "ready" | "needs-variables" | "refused";
  problems: Problem[];
  names: string[];
  hash: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  manifest: any;
}

export interface LoadOptions {
  roles?: string[];
  tools?: string[];
  checkOnly?: boolean;
  /** Values of variables; those not named here are not set. */
  variables?: Record<string, string>;
}

const HEADER = 16;
const states = ["ready", "needs-variables", "refused"] as const;
let compiled: Promise<Compiled> | undefined;

export function definitions(): Promise<Compiled> {
  compiled ??= compile(fileURLToPath(new URL("testing.entry.ts", import.meta.url)));
  return compiled;
}

function send(core: Compiled, write: (writer: FrameWriter) => void, call: "define" | "variables"): Loaded {
  const local = { buffer: new ArrayBuffer(1024) };
  const writer = new FrameWriter(local, { offset: 0, capacity: 1024 }, (bytes) => {
    const more = new ArrayBuffer((bytes + 8191) & ~4095);
    new Uint8Array(more).set(new Uint8Array(local.buffer));
    local.buffer = more;
    return { offset: 0, capacity: more.byteLength };
  });
  write(writer);
  const record = new Uint8Array(local.buffer, HEADER, writer.length - HEADER);
  return sendRecord(core, record, call);
}

/** Sends bytes that are a record, or are made to look like one. */
export function sendRecord(core: Compiled, record: Uint8Array, call: "define" | "variables"): Loaded {
  const at = core.room(record.length);
  new Uint8Array(core.memory.buffer).set(record, at);
  const length = core[call]();
  const answer = JSON.parse(getText(core, core.output(), length)) as Omit<Loaded, "state"> & { state: number };
  return { ...answer, state: states[answer.state]! };
}

/** Loads sources, and gives variables if they are asked for. */
export function loadSources(core: Compiled, sources: Source[], options: LoadOptions = {}): Loaded {
  const { roles = [], tools = [], checkOnly = false, variables = {} } = options;
  let loaded = send(core, (writer) => writeDefine(writer, { tag: 7, sources, roles, tools, checkOnly }), "define");
  const { names } = loaded;
  if (loaded.state === "needs-variables") {
    const values = names.map((name) => ({ name, value: variables[name] }));
    loaded = send(core, (writer) => writeVariables(writer, { tag: 7, values }), "variables");
  }
  core.free();
  return { ...loaded, names };
}

/** Loads YAML texts laid over each other; files are called `a.yaml`, `b.yaml` … */
export function loadYaml(core: Compiled, yaml: string | string[], options?: LoadOptions): Loaded {
  const texts = typeof yaml === "string" ? [yaml] : yaml;
  return loadSources(
    core,
    texts.map((text, i) => readYaml(`${String.fromCharCode(97 + i)}.yaml`, text)),
    options,
  );
}

/** `error unknown-key 3:5 agents[0].nam: message (suggestion)`, one a line. */
export function lines(loaded: Loaded): string[] {
  return loaded.problems.map(({ severity, code, line, column, path, message, suggestion }) => {
    const text = `${severity} ${code} ${line}:${column} ${path}: ${message}`;
    return suggestion ? `${text} (${suggestion})` : text;
  });
}
