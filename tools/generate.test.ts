import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstDifference, generate, ROOT } from "./generate.ts";

let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "generate-"));
  for (const path of ["wit", "docs/protocol.md", "assembly/protocol", "host/protocol", "bindings", "test/vectors"])
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });
});

afterEach(() => rmSync(copy, { recursive: true }));

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(join(copy, path), "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(join(copy, path), after);
}

/** As `--release` does. */
function release(): void {
  for (const [path, text] of generate(copy, true)) writeFileSync(join(copy, path), text);
}

describe("generate", () => {
  it("makes exactly the files that are committed", () => {
    expect(firstDifference(generate())).toBeUndefined();
  });

  it("says in each file of code that it is generated", () => {
    const notice = "Generated from wit/ by tools/generate.ts; do not edit.";
    const lines: Record<string, [line: string, files: number]> = {
      ".ts": [`// ${notice}`, 7],
      ".py": [`# ${notice}`, 3],
      // In the words by which Go's tools know it.
      ".go": ["// Code generated from wit/ by tools/generate.ts. DO NOT EDIT.", 3],
    };
    for (const [ending, [line, count]] of Object.entries(lines)) {
      const files = [...generate()].filter(([path]) => path.endsWith(ending));
      expect(files.length, ending).toBe(count);
      for (const [path, text] of files) expect(text.split("\n")[0], path).toBe(line);
    }
  });

  it("names the first file that differs", () => {
    expect(firstDifference(generate(copy), copy)).toBeUndefined();
    edit("host/protocol/events.ts", (text) => text.replace("writer.u32(4, event.tag)", "writer.u32(5, event.tag)"));
    expect(firstDifference(generate(copy), copy)).toBe("host/protocol/events.ts");
    rmSync(join(copy, "assembly/protocol/layout.ts"));
    expect(firstDifference(generate(copy), copy)).toBe("assembly/protocol/layout.ts");
  });

  it("lets the protocol change freely before a release, and holds it to the lock after", () => {
    const swap = (text: string) => text.replace("forget(forget),\n    start(start),", "start(start),\n    forget(forget),");
    edit("wit/events.wit", swap);
    expect(() => generate(copy)).not.toThrow();
    cpSync(join(ROOT, "wit/events.wit"), join(copy, "wit/events.wit"));
    release();
    expect(firstDifference(generate(copy), copy)).toBeUndefined();
    edit("wit/events.wit", swap);
    expect(() => generate(copy)).toThrow("event forget must stay number 2");
  });

  it("takes an addition after a release under a new version, and leaves the lock as published", () => {
    release();
    const published = readFileSync(join(copy, "wit/lock.json"), "utf8");
    edit("wit/events.wit", (text) => text.replace("record close { run: run }", "record close { run: run, reason: string }"));
    expect(() => generate(copy)).toThrow("raise the version");
    for (const file of ["types", "events", "commands", "world"]) edit(`wit/${file}.wit`, (text) => text.replace("@0.1.0", "@0.2.0"));
    const files = generate(copy);
    expect(files.get("assembly/protocol/types.ts")).toContain("PROTOCOL: u32 = 2;");
    expect(files.get("assembly/protocol/events.ts")).toContain("CLOSE_FIXED: u32 = 24;");
    expect(files.has("wit/lock.json")).toBe(false);
    expect(readFileSync(join(copy, "wit/lock.json"), "utf8")).toBe(published);
  });

  it("refuses a field that would hide a record's own", () => {
    edit("wit/events.wit", (text) => text.replace("record close { run: run }", "record close { run: run, kind: u32 }"));
    expect(() => generate(copy)).toThrow("there is a kind already");
  });
});
