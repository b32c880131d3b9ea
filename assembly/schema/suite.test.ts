import { beforeAll, describe, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";
import { suiteFiles } from "./suite.ts";

// The public JSON-Schema-Test-Suite: draft 2020-12, and of draft 7 what the core reads as well.

interface Group {
  description: string;
  schema: unknown;
  tests: { description: string; data: unknown; valid: boolean }[];
}

/** Numbers as marked strings, since the suite has some of more digits than JavaScript keeps. */
const marked = (json: string) => JSON.parse(json.replace(/("(?:[^"\\]|\\.)*")|-?\d[\d.eE+-]*/g, (all, string) => string ?? `"\\u0001${all}"`));
const source = (value: unknown) => JSON.stringify(value).replace(/"\\u0001([^"]*)"/g, "$1");

const texts = suiteFiles();
const files: Record<string, Group[]> = Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, marked(text)]));

/**
 * Keywords whose effect on a value is left to the tool. With one of them in a schema, a wrong value may pass, if the core knows that it passed
 * over something; a right value must never be refused. The number says how many wrong values of the suite do pass.
 */
const LEFT: Record<string, number> = {
  $anchor: 9,
  $dynamicRef: 14,
  $id: 33,
  $ref: 63,
  pattern: 1,
  patternProperties: 27,
  unevaluatedItems: 24,
  unevaluatedProperties: 55,
};

/** Right values that the core refuses: this one's $schema names a dialect of the suite's own, in which nothing is enforced. */
const FOREIGN = ["draft2020-12/vocabulary.json: no validation: invalid number, but it still validates"];

let core: Compiled;
/** Where the schema lies, and the value: what is read refers to the text it was read from. */
let at: number;
let value: number;

beforeAll(async () => {
  core = await compile("assembly/schema/testing.entry.ts");
  at = core.room(1 << 18);
  value = core.room(1 << 18);
});

const text = (length: number) => (length < 0 ? "no JSON" : getText(core, core.written(), length));

const passed: Record<string, number> = {};
const foreign: string[] = [];
let right = 0;
let wrong = 0;

describe.each(Object.keys(files))("%s", (file) => {
  test.each(files[file]!)("$description", ({ schema, tests }) => {
    const problems = text(core.compile(at, put(core, at, source(schema))));
    expect(problems).toBe("");
    const left = text(core.left())
      .trim()
      .split(" ")
      .filter((name) => name in LEFT);
    for (const { description: what, data, valid } of tests) {
      const told = text(core.check(value, put(core, value, source(data))));
      if (FOREIGN.includes(`${file}: ${what}`) && told !== "") foreign.push(`${file}: ${what}`);
      else if (valid) {
        expect(told, what).toBe("");
        right++;
      } else if (told === "" && core.doubtful()) {
        expect(left, what).not.toEqual([]);
        for (const name of left) passed[name] = (passed[name] ?? 0) + 1;
      } else {
        expect(told, what).not.toBe("");
        wrong++;
      }
    }
  });
});

test.skipIf(texts === undefined)("what is left to the tool is exactly what is named here", () => {
  expect(passed).toEqual(LEFT);
  expect(foreign).toEqual(FOREIGN);
  expect({ right, wrong }).toEqual({ right: 825, wrong: 412 });
});
