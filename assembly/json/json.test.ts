import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

let core: Compiled;
let at: number;

beforeAll(async () => {
  core = await compile("assembly/json/testing.entry.ts");
  at = core.room(1 << 22);
});

const ERRORS = ["none", "unexpected", "unfinished", "too deep", "too many", "too long"] as const;

interface Outcome {
  root: number;
  error: (typeof ERRORS)[number];
  offset: number;
  duplicates: boolean;
}

function read(text: string | Uint8Array, place = at): Outcome {
  const json = core.read(place, put(core, place, text));
  return { root: core.rootOf(json), error: ERRORS[core.errorOf(json)]!, offset: core.offsetOf(json), duplicates: Boolean(core.duplicatesIn(json)) };
}

/** What the core read, written out by the core. */
function rewritten(text: string): string {
  core.reset();
  const { root, error } = read(text);
  expect(error, text).toBe("none");
  return textOf(root);
}

/** A value, written out by the core. Its buffer moves as it grows. */
function textOf(node: number): string {
  const length = core.write(node);
  return getText(core, core.written(), length);
}

function refusal(text: string | Uint8Array): string {
  core.reset();
  const { error, offset } = read(text);
  return `${error} at ${offset}`;
}

test("values come out as they went in, without the white space", () => {
  expect(rewritten(' {"a" : [1, -0, 2.50e+3, true,false , null],\n"b":{"c":"\\u0041\\n\\/"}} ')).toBe('{"a":[1,-0,2.50e+3,true,false,null],"b":{"c":"A\\n/"}}');
  expect(rewritten("[]")).toBe("[]");
  expect(rewritten("{}")).toBe("{}");
  expect(rewritten('""')).toBe('""');
  expect(rewritten("[[[]],{}]")).toBe("[[[]],{}]");
  expect(rewritten("12345678901234567890.000")).toBe("12345678901234567890.000");
});

test("escapes become text, pairs of surrogates one character, lone ones U+FFFD", () => {
  expect(rewritten(String.raw`"\ud83d\ude00 \"\\\/\b\f\n\r\t"`)).toBe(String.raw`"😀 \"\\/\u0008\u000c\n\r\t"`);
  expect(rewritten(String.raw`"\ud83d"`)).toBe('"\ufffd"');
  expect(rewritten(String.raw`"\ude00\ud83d"`)).toBe('"\ufffd\ufffd"');
  expect(rewritten(String.raw`"\ud83d\u0041"`)).toBe('"\ufffdA"');
  expect(rewritten(String.raw`"\ud83d\ud83d\ude00"`)).toBe('"\ufffd😀"');
  expect(rewritten(String.raw`"\u0000\uFFFF\u00e9\u20aC"`)).toBe('"\\u0000\uffffé€"');
  expect(rewritten(String.raw`{"\u0061b":1}`)).toBe('{"ab":1}');
});

test("what RFC 8259 refuses is refused, and the place is named", () => {
  const refused: [string, string][] = [
    ["", "unfinished at 0"],
    ["  ", "unfinished at 2"],
    ["[", "unfinished at 1"],
    ["[1", "unfinished at 2"],
    ["[1,", "unfinished at 3"],
    ["[1,]", "unexpected at 3"],
    ["[,1]", "unexpected at 1"],
    ["[1 2]", "unexpected at 3"],
    ["[1}", "unexpected at 2"],
    ["{]", "unexpected at 1"],
    ['{"a"}', "unexpected at 4"],
    ['{"a":}', "unexpected at 5"],
    ['{"a":1,}', "unexpected at 7"],
    ['{"a":1 "b":2}', "unexpected at 7"],
    ["{a:1}", "unexpected at 1"],
    ["{'a':1}", "unexpected at 1"],
    ["{1:1}", "unexpected at 1"],
    ['{"a":1', "unfinished at 6"],
    ['{"a', "unfinished at 3"],
    ["1 2", "unexpected at 2"],
    ["[]]", "unexpected at 2"],
    ["01", "unexpected at 1"],
    ["-", "unfinished at 1"],
    ["-a", "unexpected at 1"],
    ["+1", "unexpected at 0"],
    ["1.", "unfinished at 2"],
    [".5", "unexpected at 0"],
    ["1.e3", "unexpected at 2"],
    ["1e", "unfinished at 2"],
    ["1e+", "unfinished at 3"],
    ["0x10", "unexpected at 1"],
    ["NaN", "unexpected at 0"],
    ["Infinity", "unexpected at 0"],
    ["-Infinity", "unexpected at 1"],
    ["tru", "unfinished at 3"],
    ["truE", "unexpected at 3"],
    ["nul", "unfinished at 3"],
    ["True", "unexpected at 0"],
    ['"abc', "unfinished at 4"],
    ['"a\\', "unfinished at 3"],
    ['"\\x41"', "unexpected at 2"],
    ['"\\u12"', "unexpected at 5"],
    ['"\\u12g4"', "unexpected at 5"],
    ['"\\U0041"', "unexpected at 2"],
    ['"a\nb"', "unexpected at 2"],
    ['"a\tb"', "unexpected at 2"],
    ['"01234567\u0001"', "unexpected at 9"],
    ["'a'", "unexpected at 0"],
    ["// c\n1", "unexpected at 0"],
    ["[1]/**/", "unexpected at 3"],
    ["\ufeff1", "unexpected at 0"],
    ["\u00a01", "unexpected at 0"],
    ["1\f", "unexpected at 1"],
  ];
  for (const [text, expected] of refused) {
    expect(refusal(text), JSON.stringify(text)).toBe(expected);
    expect(() => JSON.parse(text), JSON.stringify(text)).toThrow();
  }
});

test("sixty-four levels are read, sixty-five refused", () => {
  expect(rewritten("[".repeat(64) + "]".repeat(64))).toBe("[".repeat(64) + "]".repeat(64));
  expect(rewritten('{"a":'.repeat(64) + "1" + "}".repeat(64))).toBe('{"a":'.repeat(64) + "1" + "}".repeat(64));
  expect(refusal("[".repeat(65) + "]".repeat(65))).toBe("too deep at 64");
  expect(refusal("[".repeat(1_000_000))).toBe("too deep at 64");
  expect(refusal(`[[${"[".repeat(62)}${"]".repeat(62)}],[[]]]`)).toMatch(/^none/);
});

test("a million values are read, more refused", () => {
  expect(refusal(`[${"1,".repeat((1 << 20) - 2)}1]`)).toMatch(/^none/);
  expect(refusal(`[${"1,".repeat((1 << 20) - 1)}1]`)).toMatch(/^too many/);
  core.reset();
});

test("a text beyond the limit is not read at all", () => {
  core.reset();
  const json = core.read(at, (1 << 24) + 1);
  expect([ERRORS[core.errorOf(json)], core.offsetOf(json)]).toEqual(["too long", 0]);
});

test("a key that comes twice is told; the last one counts", () => {
  expect(read('{"a":1,"b":2}').duplicates).toBe(false);
  expect(read('{"a":1,"\\u0061":2}').duplicates).toBe(true);
  expect(read('[{"x":{"a":1,"b":1,"a":1}}]').duplicates).toBe(true);
  expect(rewritten('{"a":1,"b":3,"a":2}')).toBe('{"b":3,"a":2}');
  const many = Array.from({ length: 300 }, (_, i) => `"key${(i * 7) % 300}":${i}`);
  expect(read(`{${many.join(",")}}`).duplicates).toBe(false);
  expect(read(`{${[...many, '"key5":-1'].join(",")}}`).duplicates).toBe(true);
});

const keyAt = () => at + (1 << 21);
const get = (root: number, key: string) => core.get(root, keyAt(), put(core, keyAt(), key));

test("members are found by key in small and in large objects", () => {
  for (const size of [0, 1, 2, 16, 17, 18, 1000]) {
    core.reset();
    const { root } = read(JSON.stringify(Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${(i * 37) % size}é`, i]))));
    for (let i = 0; i < size; i++) expect(textOf(get(root, `k${(i * 37) % size}é`))).toBe(String(i));
    expect(get(root, `k${size}é`)).toBe(0);
    expect(get(root, "")).toBe(0);
  }
  const { root } = read('{"answer":1,"answe":2,"answers":3,"answer":4}');
  expect(textOf(core.getAnswer(root))).toBe("4");
  expect(core.getAnswer(read("[]").root)).toBe(0);
});

/** JSON.parse gives lone surrogates, the core U+FFFD; both to a form that compares. */
const wellFormed = (value: unknown): unknown =>
  typeof value === "string"
    ? value.toWellFormed()
    : Array.isArray(value)
      ? value.map(wellFormed)
      : value && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k.toWellFormed(), wellFormed(v)]))
        : value;

/** The core's reader and JSON.parse agree: both refuse, or both read the same. */
function agree(source: string) {
  core.reset();
  const { root, error } = read(source);
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    expect(error, JSON.stringify(source)).not.toBe("none");
    return;
  }
  expect(error, JSON.stringify(source)).toBe("none");
  const hash = core.hash(root);
  const written = textOf(root);
  expect(JSON.parse(written)).toEqual(wellFormed(parsed));
  const again = read(written, at + (1 << 20)).root;
  expect(core.same(root, again)).toBe(1);
  expect(core.hash(again)).toBe(hash);
}

const json = fc.json({ maxDepth: 6, stringUnit: "binary" });

test("any JSON is read as JSON.parse reads it", () => {
  fc.assert(fc.property(json, agree), { numRuns: 500 });
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => agree(JSON.stringify({ [value]: [value] }))),
    { numRuns: 500 },
  );
});

test("JSON with bytes changed, dropped and doubled is accepted exactly where JSON.parse accepts it", () => {
  const edit = fc.record({
    where: fc.nat(),
    what: fc.constantFrom("", "[", "]", "{", "}", ",", ":", '"', "\\", "\\u", "0", "1", "-", ".", "e", " ", "\n", "t", "null", "\u0000", "é", "😀"),
  });
  fc.assert(
    fc.property(json, fc.array(edit, { minLength: 1, maxLength: 4 }), (source, edits) => {
      let characters = [...source];
      for (const { where, what } of edits) {
        const place = where % (characters.length + 1);
        characters = [...characters.slice(0, place), what, ...characters.slice(place + (where & 1))];
      }
      agree(characters.join(""));
    }),
    { numRuns: 3000 },
  );
});

test("texts of JSON's own characters are accepted exactly where JSON.parse accepts them", () => {
  const piece = fc.constantFrom("[", "]", "{", "}", ",", ":", '"', "\\", "a", "0", "1", "-", ".", "e", "E", "+", " ", "true", "null", '"a"', '"a":');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => agree(pieces.join(""))),
    { numRuns: 10_000 },
  );
});

test("no bytes make it trap", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      core.reset();
      const { root, error } = read(bytes);
      if (error === "none") core.write(root);
      core.find(at, bytes.length, 0);
      core.extract(at, bytes.length, 0);
    }),
    { numRuns: 3000 },
  );
});

const found = (source: string, wanted = "{") => {
  const where = core.find(at, put(core, at, source), wanted === "" ? 0 : wanted.charCodeAt(0));
  return where < 0 ? undefined : getText(core, at + where, core.foundLength());
};

test("JSON is found in prose and fences", () => {
  expect(found('{"a":1}')).toBe('{"a":1}');
  expect(found('Sure! Here it is:\n```json\n{"a": {"b": "}"}}\n```\nHope that helps {x}.')).toBe('{"a": {"b": "}"}}');
  expect(found('```\n{"a":1}\n```')).toBe('{"a":1}');
  expect(found('As {name} in [1] said: {"a":1} and {"b":2}')).toBe('{"a":1}');
  expect(found('An example is {}; the answer is:\n```json\n{"a":1}\n```')).toBe('{"a":1}');
  expect(found('[{"a":1}]')).toBe('{"a":1}');
  expect(found('{"list":[1,2]}', "[")).toBe("[1,2]");
  expect(found('see [1] {"a":1}', "")).toBe("[1]");
  expect(found('```json\n{"a":\n``` but really {"b":1}')).toBe('{"b":1}');
  expect(found('{"a": {"b": 1}')).toBe('{"b": 1}');
  expect(found("no JSON {here} at [all")).toBe(undefined);
  expect(found("")).toBe(undefined);
});

const extracted = (source: string, wanted: string) => {
  core.reset();
  const root = core.extract(at, put(core, at, source), wanted.charCodeAt(0));
  if (!root) return undefined;
  const length = core.write(root);
  return JSON.parse(getText(core, core.written(), length));
};

test("a model's answer is read without what it thought aloud", () => {
  expect(extracted('<think>maybe {"a":1}?</think>\n{"a":2}', "{")).toEqual({ a: 2 });
  expect(extracted('<think>{"a":1}</think> <think>or {"a":2}</think> so: {"a":3}', "{")).toEqual({ a: 3 });
  expect(extracted('{"a":1}</think> done', "{")).toEqual({ a: 1 });
  expect(extracted('{"a":"b </think> c"}', "{")).toEqual({ a: "b </think> c" });
  expect(extracted("<think>[1]</think> none", "{")).toBe(undefined);
});

test("whatever prose, fences and thoughts stand around it, the answer is found", () => {
  const prose = fc.stringMatching(/^[^{}[\]`<]*$/, { size: "medium" });
  const around = fc.constantFrom(["", ""], ["```json\n", "\n```"], ["```\n", "```"], ["<think>{", "} [1] </think>"], ["**", "**"]);
  fc.assert(
    fc.property(prose, around, fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), prose, (before, [open, close], value, after) => {
      const json = JSON.stringify(value, undefined, 1);
      const text = open.startsWith("<") ? `${open}${close}${before}${json}${after}` : `${before}${open}${json}${close}${after}`;
      expect(extracted(text, "{")).toEqual(JSON.parse(json));
    }),
    { numRuns: 2000 },
  );
});

test("looking for JSON takes time in proportion to the text, whatever the text", () => {
  for (const piece of ["[", "{", '{"a":', '["', '["[",', "[0,", '[[0,"', '["\\', "[1]"]) {
    const source = piece.repeat(Math.floor(1_000_000 / piece.length));
    const start = performance.now();
    found(source);
    extracted(source, "{");
    expect(performance.now() - start, piece).toBeLessThan(2000);
  }
});
