import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeComponent, readWit } from "../../tools/component.ts";
import { ROOT, WIT_FILES } from "../../tools/generate.ts";
import { parseWit } from "../../tools/wit-parser.ts";
import { typesOfComponent, typesOfWit } from "./component-wit.ts";
import { FrameDoor } from "./door.ts";
import { type Played, play } from "./play.ts";
import { ODD_TEXTS, SCRIPTS } from "./scripts.ts";
import { StepFrameDoor, Transpiled, TypedDoor } from "./typed-door.ts";

let core: Uint8Array<ArrayBuffer>;
let module: WebAssembly.Module;
let component: Uint8Array;
let transpiled: Transpiled;

beforeAll(async () => {
  core = readFileSync(join(ROOT, "dist/core.wasm"));
  module = new WebAssembly.Module(core);
  component = await makeComponent(core, readWit());
  transpiled = await Transpiled.of(component);
});

afterAll(() => transpiled?.remove());

/** jco's decoder drops a byte order mark at the start of a text. */
function withoutMarks(played: Played[]): Played[] {
  const drop = (value: unknown): unknown => {
    if (typeof value === "string") return value.startsWith("\ufeff") ? value.slice(1) : value;
    if (Array.isArray(value)) return value.map(drop);
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, drop(inner)]));
  };
  return played.map(({ commands, ...step }) => ({ ...step, commands: drop(commands) as Played["commands"] }));
}

describe("the doors of one core", () => {
  it.each(SCRIPTS)("lead to the same commands: $name", (script) => {
    const frames = play(new FrameDoor(module), script);
    expect(frames.length).toBeGreaterThan(0);
    expect(play(new StepFrameDoor(transpiled.instantiate()), script)).toEqual(frames);
    expect(withoutMarks(play(new TypedDoor(transpiled.instantiate()), script))).toEqual(withoutMarks(frames));
  });

  it("may be used in turn", () => {
    const script = SCRIPTS[1];
    const frames = play(new FrameDoor(module), script);
    const typed = transpiled.instantiate();
    const doors = [new TypedDoor(typed), new StepFrameDoor(typed)];
    let step = 0;
    expect(play({ step: (now, events) => doors[step++ % 2].step(now, events) }, script)).toEqual(frames);
  });
});

describe("the typed door", () => {
  const deliver = (text: string) => [{ tag: "deliver", val: { run: 0n, to: text, text } }];

  it("has the types of wit/", async () => {
    const files = WIT_FILES.map((file) => parseWit(file, readFileSync(join(ROOT, "wit", file), "utf8")));
    const [built, written] = [await typesOfComponent(component), typesOfWit(files)];
    // Those of the interface `core` are the functions' own, and are seen in what they take and give.
    written.delete("core.step-result");
    expect(Object.fromEntries(built)).toEqual(Object.fromEntries(written));
    expect(built.get("events.deliver")).toBe("record (run: run, to: string, text: string)");
  });

  it("takes half a character as U+FFFD, and lives", () => {
    const typed = transpiled.instantiate();
    for (const half of ["\ud83d", "\ude42", "a\ud83db", "\ude42\ud83d"]) {
      const refused = { tag: 0, event: 0, run: 0n, code: "unknown-run" };
      expect(typed.step(1n, deliver(half)).commands).toMatchObject([{ tag: "refused", val: refused }]);
    }
    const script = SCRIPTS[0];
    const said = (text: string) =>
      play(new TypedDoor(transpiled.instantiate()), { ...script, input: text })
        .at(-1)!
        .commands.at(-1);
    expect(said("a\ud83db")).toMatchObject({ type: "finished", stop: "done", output: "a\ufffdb" });
  });

  it("is not held up by what is no text for a run", () => {
    const typed = transpiled.instantiate();
    for (const text of ODD_TEXTS) expect(typed.step(1n, deliver(text)).commands).toMatchObject([{ tag: "refused", val: { code: "unknown-run" } }]);
  });

  it("refuses a number of 2^53 or more as the frame door does", () => {
    const typed = transpiled.instantiate();
    const { commands } = typed.step(1n, [{ tag: "close", val: { run: 2n ** 53n } }]);
    expect(commands).toMatchObject([{ tag: "refused", val: { code: "bad-frame", message: "not a frame: a number is 2^53 or more, at byte 24" } }]);
    expect(typed.step(2n ** 53n, []).commands).toMatchObject([{ tag: "refused", val: { code: "bad-frame" } }]);
    expect(typed.step(1n, []).commands).toEqual([]);
  });

  it("frees what a call took", () => {
    const exports = new WebAssembly.Instance(module, {}).exports as Record<string, (...values: number[]) => number> & { memory: WebAssembly.Memory };
    const name = "aixlet:engine/core@0.1.0#step-frame";
    const call = () => {
      const at = exports.cabi_realloc(0, 0, 1, 100_000);
      exports[`cabi_post_${name}`](exports[name](at, 100_000));
    };
    call();
    const bytes = exports.memory.buffer.byteLength;
    for (let i = 0; i < 200; i++) call();
    expect(exports.memory.buffer.byteLength).toBe(bytes);
  });
});
