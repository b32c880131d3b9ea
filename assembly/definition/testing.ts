import { readFileSync } from "node:fs";
import { Core } from "../../host/core/core.ts";
import { readYaml } from "../../host/definition/nodes.ts";
import type { Problem } from "../../host/errors.ts";
import { type Command, readCommand, type Source, writeDefine, writeForget, writeVariables } from "../../host/protocol/index.ts";

// Drives the definition part of the core from tests, through the core's own door.

export interface Loaded {
  state: "ready" | "refused";
  problems: Problem[];
  /** Of the variables that were asked for. */
  names: string[];
  hash: string;
  /** Of the manifest the definition alone. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  manifest: any;
  /** The whole manifest. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  whole: any;
}

export interface LoadOptions {
  roles?: string[];
  tools?: string[];
  checkOnly?: boolean;
  /** Values of variables; those not named here are not set. */
  variables?: Record<string, string>;
}

const TAG = 7;

/** A core of its own, which test/setup.ts has compiled. */
export function newCore(): Core {
  const file = readFileSync(new URL("../../dist/core.wasm", import.meta.url));
  return new Core(new WebAssembly.Module(file));
}

function answer(core: Core): Command {
  const reader = core.step(1);
  if (!reader.next()) throw new Error("the core has answered nothing");
  return readCommand(reader);
}

/** Loads sources, and gives variables if they are asked for. The core keeps nothing of it. */
export function loadSources(core: Core, sources: Source[], options: LoadOptions = {}): Loaded {
  const { roles = [], tools = [], checkOnly = false, variables = {} } = options;
  writeDefine(core.events, { tag: TAG, sources, roles, tools, checkOnly });
  let command = answer(core);
  let names: string[] = [];
  if (command.type === "variables-needed") {
    names = command.names;
    writeVariables(core.events, { tag: TAG, values: names.map((name) => ({ name, value: variables[name] })) });
    command = answer(core);
  }
  if (command.type === "problems") return { state: "refused", problems: command.problems, names, hash: "", manifest: undefined, whole: undefined };
  if (command.type !== "defined") throw new Error(`the core has answered ${command.type}`);
  const { definition, hash, manifest, warnings } = command;
  if (!checkOnly) {
    writeForget(core.events, { definition });
    core.step(1);
  }
  const whole = JSON.parse(manifest);
  return { state: "ready", problems: warnings, names, hash, manifest: whole.definition, whole };
}

/** Loads YAML texts laid over each other; files are called `a.yaml`, `b.yaml` … */
export function loadYaml(core: Core, yaml: string | string[], options?: LoadOptions): Loaded {
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
