import { describe, expect, test } from "vitest";
import { DefinitionRefused } from "../errors.ts";
import { readYaml } from "./nodes.ts";
import { readObject } from "./object.ts";

const nodes = (yaml: string | Uint8Array) =>
  readYaml("a.yaml", yaml).nodes.map(({ kind, style, line, column, count, tag, anchor, text }) => {
    const what = kind === "scalar" ? `${style} ${JSON.stringify(text)}` : kind === "alias" ? "alias" : `${kind} ${count}`;
    return `${line}:${column} ${what}${tag && ` ${tag}`}${anchor && ` &${anchor}`}`;
  });

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DefinitionRefused)) throw error;
    const [{ code, line, column, message, path }] = error.problems as [(typeof error.problems)[number]];
    expect(error.problems).toHaveLength(1);
    expect(message).not.toContain("\n");
    return `${code} ${line}:${column} ${path}: ${message}`;
  }
  return "read";
}

describe("YAML", () => {
  test("comes as it is written, nothing resolved", () => {
    expect(nodes("a: yes\nb: [010, 1e3, 12:30:45, ~]\nc:\n")).toEqual([
      "1:1 mapping 6",
      '1:1 plain "a"',
      '1:4 plain "yes"',
      '2:1 plain "b"',
      "2:4 sequence 4",
      '2:5 plain "010"',
      '2:10 plain "1e3"',
      '2:15 plain "12:30:45"',
      '2:25 plain "~"',
      '3:1 plain "c"',
      '3:3 plain ""',
    ]);
  });

  test("styles, tags, anchors, aliases", () => {
    expect(nodes("a: &x 'it''s'\nb: *x\nc: \"\\u00e9\\n\"\nd: !!int 5\ne: !mine x\nf: |\n  1\n  2\ng: >-\n  1\n  2\nh: &m {}\n")).toEqual([
      "1:1 mapping 16",
      '1:1 plain "a"',
      '1:7 single-quoted "it\'s" &x',
      '2:1 plain "b"',
      "2:4 alias &x",
      '3:1 plain "c"',
      '3:4 double-quoted "é\\n"',
      '4:1 plain "d"',
      '4:10 plain "5" tag:yaml.org,2002:int',
      '5:1 plain "e"',
      '5:10 plain "x" !mine',
      '6:1 plain "f"',
      '6:4 literal "1\\n2\\n"',
      '9:1 plain "g"',
      '9:4 folded "1 2"',
      '12:1 plain "h"',
      "12:7 mapping 0 &m",
    ]);
  });

  test("columns count characters", () => {
    expect(nodes("{ '😀😀': 'é', b: 1 }").slice(1)).toEqual(['1:3 single-quoted "😀😀"', '1:9 single-quoted "é"', '1:14 plain "b"', '1:17 plain "1"']);
  });

  test("keys that are no text, values without keys", () => {
    expect(nodes("? [a]\n: b\n? c\n").slice(1)).toEqual(["1:3 sequence 1", '1:4 plain "a"', '2:3 plain "b"', '3:3 plain "c"', '3:3 plain ""']);
  });

  test("duplicate keys and merge keys are the core's business", () => {
    expect(nodes("a: 1\na: 2\n<<: { b: 1 }\n")).toHaveLength(9);
  });

  test("documents are counted", () => {
    expect(readYaml("a", "a: 1\n---\nb: 2\n")).toMatchObject({ documents: 2, nodes: { length: 3 } });
    expect(readYaml("a", "# nothing\n")).toEqual({ path: "a", documents: 0, nodes: [] });
  });

  test.each([
    ["a: [1, 2\n", "yaml-syntax 2:1"],
    ["a: b: c\n", "yaml-syntax 1:4"],
    ["a: \tb\n\tc: d\n", "yaml-syntax 2:1"],
    ['a: "\\q"\n', "yaml-syntax 1:5"],
    ["a: 'open\n", "yaml-syntax 2:1"],
    ["  a: 1\n b: 2\n", "yaml-syntax 2:2"],
    ["a: &x\n - *y z\n", "yaml-syntax 2:7"],
    ["%YAML 9.9\n---\na: 1\n", "read"],
    ["a: ]\n", "yaml-syntax 1:4"],
    ["a: %b\n", "yaml-syntax 1:4"],
    ["a: @b\n", "yaml-syntax 1:4"],
  ])("%j is one line with its place", (yaml, start) => {
    expect(refusal(() => readYaml("a.yaml", yaml))).toContain(start);
  });

  test("a variable in braces asks for quotes", () => {
    expect(refusal(() => readYaml("a.yaml", "a: { b: $" + "{C} }\n"))).toBe("yaml-syntax 1:10 : put a value with `$" + "{…}` in quotes within { } and [ ]");
  });
});

describe("bytes", () => {
  const utf16 = (text: string, big: boolean) => {
    const bytes = new Uint8Array(Buffer.from(text, "utf16le"));
    return big ? new Uint8Array(Buffer.from(bytes).swap16()) : bytes;
  };

  test("are UTF-8, with or without a mark", () => {
    expect(nodes(new TextEncoder().encode("a: é\n"))).toEqual(nodes("a: é\n"));
    expect(nodes(new TextEncoder().encode("\ufeffa: 1\n"))).toEqual(nodes("a: 1\n"));
    expect(nodes("\ufeffa: 1\n")).toEqual(nodes("a: 1\n"));
  });

  test.each([
    ["UTF-16 LE with a mark", utf16("\ufeffa: 1\n", false), "bad-encoding 1:1 : the file is UTF-16 or UTF-32: save it as UTF-8"],
    ["UTF-16 BE with a mark", utf16("\ufeffa: 1\n", true), "bad-encoding 1:1 : the file is UTF-16 or UTF-32: save it as UTF-8"],
    ["UTF-16 LE", utf16("a: 1\n", false), "bad-encoding 1:1 : the file is UTF-16 or UTF-32: save it as UTF-8"],
    ["UTF-16 BE", utf16("a: 1\n", true), "bad-encoding 1:1 : the file is UTF-16 or UTF-32: save it as UTF-8"],
    ["Latin-1", Uint8Array.of(0x61, 0x3a, 0x20, 0x0a, 0x62, 0xe9, 0x0a), "bad-encoding 2:2 : the file is not UTF-8"],
    ["a character cut off", Uint8Array.of(0x61, 0x3a, 0x20, 0xc3), "bad-encoding 1:4 : the file is not UTF-8"],
    ["an overlong form", Uint8Array.of(0x61, 0x3a, 0xc0, 0x80), "bad-encoding 1:3 : the file is not UTF-8"],
  ])("%s", (_, bytes, refused) => {
    expect(refusal(() => readYaml("a.yaml", bytes))).toBe(refused);
  });

  test("half a character", () => {
    expect(refusal(() => readYaml("a.yaml", "a: 1\nb: \ud800\n"))).toBe("bad-encoding 2:4 : half a character (a lone surrogate)");
  });

  test("more than 10 MB is not even read", () => {
    const start = performance.now();
    expect(refusal(() => readYaml("a.yaml", new Uint8Array(10_000_001).fill(0x20)))).toBe("too-large 1:1 : the file is larger than 10 MB");
    expect(refusal(() => readYaml("a.yaml", "é".repeat(5_000_001)))).toBe("too-large 1:1 : the file is larger than 10 MB");
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("what a parser chokes on", () => {
  test.each([
    ["deep brackets", "[".repeat(100_000), "too-deep 1:400"],
    ["deep dashes", `${"- ".repeat(100_000)}a`, "too-deep 1:799"],
    ["a million items", `a: [${"1,".repeat(1_000_000)}]`, "too-many-nodes"],
    ["a million keys", "a: 1\n".repeat(1_000_000), "too-many-nodes"],
  ])("%s", (_, yaml, start) => {
    const before = performance.now();
    expect(refusal(() => readYaml("a.yaml", yaml))).toContain(start);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe("objects", () => {
  const shown = (value: unknown) =>
    readObject("o", value).nodes.map(({ kind, style, count, text }) => (kind === "scalar" ? `${style} ${text}` : `${kind} ${count}`));

  test("become nodes without places", () => {
    expect(shown({ a: "5", b: [1, 0.5, true, null, 10n, 1e21, -0], c: undefined, d: {} })).toEqual([
      "mapping 6",
      "double-quoted a",
      "double-quoted 5",
      "double-quoted b",
      "sequence 7",
      "plain 1",
      "plain 0.5",
      "plain true",
      "plain null",
      "plain 10",
      "plain 1e+21",
      "plain 0",
      "double-quoted d",
      "mapping 0",
    ]);
    expect(readObject("o", {}).nodes[0]).toMatchObject({ line: 0, column: 0 });
  });

  const cycle: Record<string, unknown> = {};
  cycle.a = [cycle];
  let deep: unknown = 1;
  for (let i = 0; i < 1000; i++) deep = [deep];
  test.each([
    [{ a: { b: () => 1 } }, "bad-value 0:0 a.b: a definition cannot hold a function"],
    [{ a: [new Date(0)] }, "bad-value 0:0 a[0]: a definition cannot hold an object of class Date"],
    [{ a: Symbol("x") }, "bad-value 0:0 a: a definition cannot hold a symbol"],
    [{ a: [undefined] }, "bad-value 0:0 a[0]: a definition cannot hold undefined"],
    [cycle, "bad-value 0:0 a[0]: a definition cannot hold an object that holds itself"],
    [{ a: "\ud800" }, "bad-value 0:0 a: a definition cannot hold half a character (a lone surrogate)"],
    [{ a: deep }, "more than 20 levels deep"],
  ])("%#", (value, refused) => {
    expect(refusal(() => readObject("o", value))).toContain(refused);
  });
});
