import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { transpileBytes } from "@bytecodealliance/jco-transpile";
import type { Command, Event } from "../../host/protocol/index.ts";
import { ROOT, readProtocol } from "../../tools/generate.ts";
import { camel } from "../../tools/names.ts";
import type { Type } from "../../tools/wit-types.ts";
import { type Door, decode, encode, type Step } from "./door.ts";

interface Tagged {
  tag: string;
  val: unknown;
}

/** The component's interface, as jco gives it to JavaScript. */
export interface TypedCore {
  protocol(): number;
  step(now: bigint, events: Tagged[]): { commands: Tagged[]; nextWake?: bigint; more: boolean };
  stepFrame(frame: Uint8Array): Uint8Array;
}

/** A component as jco makes JavaScript of it, written to a folder; each call of `instantiate` gives a core of its own. */
export class Transpiled {
  readonly #folder: string;
  readonly #instantiate: (getModule: (name: string) => WebAssembly.Module, imports: object) => Record<string, TypedCore>;
  readonly #modules = new Map<string, WebAssembly.Module>();

  private constructor(folder: string, instantiate: never) {
    this.#folder = folder;
    this.#instantiate = instantiate;
  }

  static async of(component: Uint8Array): Promise<Transpiled> {
    const { files } = await transpileBytes(component, { name: "engine", instantiation: "sync", wasiShim: false } as never);
    await mkdir(join(ROOT, "build"), { recursive: true });
    const folder = await mkdtemp(join(ROOT, "build/typed-door-"));
    for (const [name, bytes] of Object.entries(files)) if (/\.(js|wasm)$/.test(name)) await writeFile(join(folder, name.split("/").pop()!), bytes);
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    const { instantiate } = await import(pathToFileURL(join(folder, "engine.js")).href);
    return new Transpiled(folder, instantiate as never);
  }

  instantiate(): TypedCore {
    const root = this.#instantiate((name) => this.#module(name), {});
    return root.core ?? root["aixlet:engine/core@0.1.0"];
  }

  #module(name: string): WebAssembly.Module {
    const known = this.#modules.get(name) ?? new WebAssembly.Module(readFileSync(join(this.#folder, name)));
    this.#modules.set(name, known);
    return known;
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

const protocol = readProtocol();
const recordOf = (type: string): Type => protocol.events.find(({ name }) => name === type)!.record;

/** Typed events in, typed commands out. */
export class TypedDoor implements Door {
  readonly core: TypedCore;

  constructor(core: TypedCore) {
    this.core = core;
  }

  step(now: number, events: readonly Event[]): Step {
    const tagged = events.map((event) => ({ tag: event.type, val: toTyped(recordOf(event.type), event) }));
    const { commands, nextWake, more } = this.core.step(BigInt(now), tagged);
    return {
      commands: commands.map(({ tag, val }) => ({ type: tag, ...(toPlain(val) as object) }) as Command),
      wake: nextWake === undefined ? undefined : Number(nextWake),
      more,
    };
  }
}

/** The component's own frame door. */
export class StepFrameDoor implements Door {
  readonly core: TypedCore;

  constructor(core: TypedCore) {
    this.core = core;
  }

  step(now: number, events: readonly Event[]): Step {
    return decode(this.core.stepFrame(encode(now, events)));
  }
}

/** A value as jco wants it: numbers of 64 bits as bigint. */
function toTyped(type: Type, value: unknown): unknown {
  switch (type.form) {
    case "record":
      return Object.fromEntries(type.fields.map((field) => [camel(field.name), toTyped(field.type, (value as Record<string, unknown>)[camel(field.name)])]));
    case "option":
      return value === undefined ? undefined : toTyped(type.some, value);
    case "list":
      return type.element.form === "u8" ? value : (value as unknown[]).map((item) => toTyped(type.element, item));
    case "u64":
      return BigInt(value as number);
    default:
      return value;
  }
}

/** The way back. */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toPlain(inner)]));
}
