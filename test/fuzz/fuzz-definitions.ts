import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readYaml } from "../../host/definition/nodes.ts";
import type { DefineEvent, Event, Problem } from "../../host/protocol/index.ts";
import { ROOT } from "../../tools/generate.ts";
import { decode, encode, FrameDoor } from "../doors/door.ts";
import { SCRIPTS } from "../doors/scripts.ts";
import { oddEvent } from "./odd-events.ts";
import type { Random } from "./random.ts";
import type { Attempt } from "./watched.ts";

/** What came of the definitions that were given to one core. */
export interface FuzzedDefinitions {
  defined: number;
  problems: number;
  /** By code. */
  codes: Record<string, number>;
  /** Bytes of memory that the core had when all the files had been loaded once, and at the end. */
  memory: [first: number, last: number];
}

const NOW = 1_700_000_000_000;

/**
 * Loads definitions with something wrong in them, thousands into one core: nodes that are missing, doubled, moved, of another kind, with counts
 * that do not fit. Each is answered, with places that exist, and is gone again: sound ones still load as at first, and the memory stays.
 */
export function fuzzDefinitions(module: WebAssembly.Module, random: Random, rounds: number, attempt: Attempt): FuzzedDefinitions {
  const found: FuzzedDefinitions = { defined: 0, problems: 0, codes: {}, memory: [0, 0] };
  const sound = [...configs(), ...SCRIPTS.map(({ yaml }) => yaml)].map((yaml) => define(yaml));
  const core = new FrameDoor(module);
  core.pass(new Uint8Array(1 << 20));
  const load = (event: DefineEvent) => settle(core, event, attempt);
  const first = sound.map((event) => load(event));
  for (let i = 0; i < 3; i++) for (const event of sound) load(event);
  found.memory[0] = core.memory.buffer.byteLength;
  for (; rounds > 0; rounds--) {
    let event: Event = random.pick(sound);
    for (let times = 1 + random.below(3); times > 0; times--) event = oddEvent(event, random);
    const answer = load({ ...(event as DefineEvent), tag: 1 });
    found[answer.type]++;
    for (const { code, line, column, file, path, message, suggestion } of answer.problems) {
      found.codes[code] = (found.codes[code] ?? 0) + 1;
      if (code === "" || message === "" || message.length > 1000)
        throw new Error(`a problem without words, or with too many: ${JSON.stringify({ code, message })}`);
      // Whatever stands in a definition, it is told in a line, and does nothing to a terminal.
      if (/\p{Cc}/u.test(message + path + suggestion)) throw new Error(`a problem with control characters: ${JSON.stringify({ message, path, suggestion })}`);
      // Line, column and file are told as they were given: no others come out of nowhere.
      if (!knows(event as DefineEvent, file, line, column)) throw new Error(`${code} at ${file}:${line}:${column}, where there is nothing`);
    }
  }
  sound.forEach((event, i) => {
    if (JSON.stringify(load(event)) !== JSON.stringify(first[i])) throw new Error("a sound definition came to something else than at first");
  });
  found.memory[1] = core.memory.buffer.byteLength;
  return found;
}

interface Settled {
  type: "defined" | "problems";
  problems: readonly Problem[];
  manifest: string;
  hash: string;
}

/** Loads a definition, variables and all, and lets it go. */
function settle(core: FrameDoor, event: DefineEvent, attempt: Attempt): Settled {
  let frame = encode(NOW, [event]);
  for (;;) {
    attempt.show(frame);
    const { commands, more } = decode(core.pass(frame));
    const [answer] = commands;
    if (commands.length !== 1 || more) throw new Error(`${commands.length} commands came of one definition`);
    if (answer.type === "problems") {
      if (!answer.problems.some(({ severity }) => severity === "error")) throw new Error("a definition was refused for nothing");
      return { type: "problems", problems: answer.problems, manifest: "", hash: "" };
    }
    if (answer.type === "defined") {
      JSON.parse(answer.manifest);
      if (!event.checkOnly && decode(core.pass(encode(NOW, [{ type: "forget", definition: answer.definition }]))).commands.length > 0)
        throw new Error("a definition could not be forgotten");
      return { type: "defined", problems: answer.warnings, manifest: answer.manifest, hash: answer.hash };
    }
    if (answer.type !== "variables-needed") throw new Error(`a definition came to ${answer.type}`);
    frame = encode(NOW, [
      { type: "variables", tag: event.tag, values: answer.names.map((name) => ({ name, value: name.length % 5 === 0 ? undefined : name })) },
    ]);
  }
}

function knows({ sources }: DefineEvent, file: string, line: number, column: number): boolean {
  if (line === 0 || line === 1) return true;
  return sources.some(({ path, nodes }) => path === file && nodes.some((node) => node.line === line && node.column === column));
}

function define(yaml: string): DefineEvent {
  return { type: "define", tag: 1, sources: [readYaml("fuzz.yaml", yaml)], roles: ["shouter"], tools: ["add", "note"], checkOnly: false };
}

/** The example configurations of test/configs. */
export function configs(): string[] {
  const files = readdirSync(join(ROOT, "test/configs"), { recursive: true }) as string[];
  return files
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => readFileSync(join(ROOT, "test/configs", file), "utf8"));
}
