import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { transpileBytes } from "@bytecodealliance/jco-transpile";
import asc from "assemblyscript/asc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FrameReader, readEvent } from "../host/protocol/index.ts";
import { joinWit, makeComponent, readWit } from "./component.ts";
import type { Vector } from "./emit-vectors.ts";
import { ROOT, readProtocol } from "./generate.ts";
import { camel } from "./names.ts";
import type { Value } from "./reference-encoder.ts";
import type { RecordType, Type } from "./wit-types.ts";

const { frames } = JSON.parse(readFileSync(join(ROOT, "test/vectors/protocol.json"), "utf8")) as { frames: Vector[] };
const protocol = readProtocol();

interface Tagged {
  tag: string;
  val: unknown;
}

/** The component's typed interface, as jco gives it to JavaScript. */
interface Engine {
  protocol(): number;
  step(now: bigint, events: Tagged[]): { commands: Tagged[]; nextWake?: bigint; more: boolean };
  stepFrame(frame: Uint8Array): Uint8Array;
}

let folder = "";
let core: Uint8Array;
let engine: Engine;

beforeAll(async () => {
  core = await compileFixture();
  const { files } = await transpileBytes(await makeComponent(core, readWit()), { name: "engine", instantiation: "sync", wasiShim: false } as never);
  folder = mkdtempSync(join(ROOT, "build/component-"));
  for (const [name, bytes] of Object.entries(files)) if (/\.(js|wasm)$/.test(name)) writeFileSync(join(folder, name.split("/").pop()!), bytes);
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const { instantiate } = await import(pathToFileURL(join(folder, "engine.js")).href);
  const root = instantiate((name: string) => new WebAssembly.Module(readFileSync(join(folder, name))), {});
  engine = root.core ?? root["aixlet:engine/core@0.1.0"];
});

afterAll(() => folder && rmSync(folder, { recursive: true, force: true }));

/** Compiles assembly/protocol/abi.ts over the echo engine. */
async function compileFixture(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const replaced: Record<string, string> = {
    "assembly/engine.ts": readFileSync(join(ROOT, "assembly/protocol/testing.echo.ts"), "utf8").replaceAll('"../', '"./'),
  };
  const options = ["--config", "none", "--outFile", "core.wasm", "--runtime", "stub", "--use", "abort=", "-O3"];
  const { error, stderr } = await asc.main(["assembly/protocol/abi.ts", ...options, "--transform", "./tools/canonical-exports.mjs"], {
    readFile(name: string, base: string) {
      if (name in replaced) return replaced[name];
      try {
        return readFileSync(join(base, name), "utf8");
      } catch {
        return null;
      }
    },
    writeFile(name: string, contents: string | Uint8Array) {
      if (name === "core.wasm") binary = contents as Uint8Array;
    },
  });
  if (error || !binary) throw new Error(`abi.ts does not compile: ${stderr}`);
  return binary;
}

/** A vector's value as jco has it: u64 as bigint, bytes as Uint8Array, options as the value or undefined. */
function typed(type: Type, value: Value): unknown {
  switch (type.form) {
    case "record":
      return Object.fromEntries(type.fields.map((field) => [camel(field.name), typed(field.type, (value as { [name: string]: Value })[field.name])]));
    case "option":
      return value === null ? undefined : typed(type.some, value);
    case "list":
      if (type.element.form === "u8") return Uint8Array.from(value as number[]);
      return (value as Value[]).map((item) => typed(type.element, item));
    case "u64":
      return BigInt(value as number);
    default:
      return value;
  }
}

function records({ of, records }: Vector): Tagged[] {
  return records.map(({ type, value }) => ({ tag: type, val: typed(recordOf(of, type), value) }));
}

function recordOf(of: "events" | "commands", name: string): RecordType {
  return protocol[of].find((found) => found.name === name)!.record;
}

/** jco's decoder drops a byte order mark at the start of a text, wherever it comes from. */
function withoutMarks(vector: Vector): Vector {
  return JSON.parse(JSON.stringify(vector).replaceAll('"\ufeff', '"'));
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

describe("the component", () => {
  it("imports nothing", () => {
    for (const name of ["engine.core.wasm"]) expect(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(join(folder, name))))).toEqual([]);
  });

  it("tells the protocol's version", () => {
    expect(engine.protocol()).toBe(1);
  });

  it("passes frames through, and frees what they took", () => {
    const frame = bytes(frames.find(({ name }) => name === "one of each")!.hex);
    for (let i = 0; i < 100; i++) expect(hex(engine.stepFrame(frame)).endsWith(hex(frame))).toBe(true);
  });

  // The echo of a `restore` is not what came in.
  it.each(frames.filter(({ of, name }) => of === "events" && !name.startsWith("restore")))(
    "lowers events to the frame that the codec writes: $name",
    (vector) => {
      const { commands, nextWake, more } = engine.step(BigInt(vector.time!), records(vector));
      expect([nextWake, more, commands.length]).toEqual([undefined, true, 1]);
      expect(hex((commands[0].val as { state: Uint8Array }).state)).toBe(vector.hex);
    },
  );

  it.each(frames.filter(({ of }) => of === "commands"))("lifts commands of a frame: $name", (vector) => {
    const restore = { tag: "restore", val: { tag: 0, definition: 0, state: bytes(vector.hex) } };
    const { commands, nextWake, more } = engine.step(0n, [restore]);
    expect({ nextWake, more }).toEqual({ nextWake: vector.time === null ? undefined : BigInt(vector.time), more: vector.flags === 1 });
    expect(commands).toEqual(records(withoutMarks(vector)));
  });
});

describe("the core module behind the component", () => {
  it("does not follow what lies in an option without a value", () => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(core as BufferSource));
    const { memory, cabi_realloc: realloc } = exports as {
      memory: WebAssembly.Memory;
      cabi_realloc: (old: number, size: number, align: number, now: number) => number;
    };
    const call = exports as Record<string, (...values: (number | bigint)[]) => number>;
    const event = realloc(0, 0, 8, 112);
    const variable = realloc(0, 0, 4, 20);
    const words = new Uint32Array(memory.buffer);
    // `variables` with one value: no name, none, and rubbish for an address and a length.
    words.set([1, 0, 7, variable, 1], event >> 2);
    words.set([0, 0, 0, 0xffff_fff0, 0xffff_fff0], variable >> 2);
    const result = call["aixlet:engine/core@0.1.0#step"](5n, event, 1);
    const [commands, count] = new Uint32Array(memory.buffer, result, 2);
    const [state, length] = new Uint32Array(memory.buffer, commands + 16, 2);
    const reader = new FrameReader(memory);
    reader.open(state, length);
    expect([count, reader.time, reader.next()]).toEqual([1, 5, true]);
    expect(readEvent(reader)).toEqual({ type: "variables", tag: 7, values: [{ name: "", value: undefined }] });
    call["cabi_post_aixlet:engine/core@0.1.0#step"](result);
    // The memory of the call is used again, and is zero.
    expect(realloc(0, 0, 8, 112)).toBe(event);
    expect(new Uint32Array(memory.buffer, event, 28).every((word) => word === 0)).toBe(true);
  });
});

describe("joinWit", () => {
  it("keeps the first package line alone", () => {
    expect(joinWit(["package a:b@1.0.0;\nx\n", "package a:b@1.0.0;\ny\n"])).toBe("package a:b@1.0.0;\nx\ny\n");
  });
});
