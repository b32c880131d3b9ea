import { beforeAll, describe, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

let core: Compiled;
let names = 0;
let value = 0;
beforeAll(async () => {
  core = await compile("assembly/flow/testing.values.entry.ts");
  names = core.room(4096);
  value = core.room(65536);
});

/** What a reference with these fields picks out of a value; undefined if a field is missing. */
function pick(fields: string, from: unknown, asMember = false): string | undefined {
  const path = fields === "" ? [] : fields.split(".");
  const reference = core.reference(names, put(core, names, path.join("\n")));
  const length = core.picked(reference, value, put(core, value, typeof from === "string" ? from : JSON.stringify(from)), asMember);
  return length < 0 ? undefined : getText(core, core.pickedAt(), length);
}

describe("what a reference picks", () => {
  test.each([
    ["", "plain words", "plain words"],
    ["", '{"a": 1}', '{"a": 1}'],
    ["a", { a: "text" }, "text"],
    ["a", { a: 1.5 }, "1.5"],
    ["a", { a: { b: [1, null] } }, '{"b":[1,null]}'],
    ["a.b.1", { a: { b: [1, "two"] } }, "two"],
    ["0", ["first"], "first"],
    ["1", ["first"], undefined],
    ["00", ["first"], "first"],
    ["-1", ["first"], undefined],
    ["9999999999", ["first"], undefined],
    ["length", ["first"], undefined],
    ["a", "plain words", undefined],
    ["a", { b: 1 }, undefined],
    ["a.b", { a: "text" }, undefined],
    ["a", { a: null }, "null"],
    ["0", { 0: "member" }, "member"],
    ["a", 'Here:\n```json\n{"a": "fenced"}\n```\nDone.', "fenced"],
    ["1", "The list: [1, 2]", "2"],
    ["a", '{"a": 1, "a": 2}', "2"],
    ["b", '{"b": 10000000000000000000001}', "10000000000000000000001"],
  ])("%s of %j: %j", (fields, from, expected) => {
    expect(pick(fields, from)).toBe(expected);
  });
});

describe("as a member of an object", () => {
  test.each([
    ["", "plain words", '"":"plain words"'],
    ["", "5", '"":"5"'],
    ["", '{"a": [1]}', '"":{"a":[1]}'],
    ["", 'say "hi"', '"":"say \\"hi\\""'],
    ["a", { a: "text" }, '"a":"text"'],
    ["a", { a: 5 }, '"a":5'],
    ["a.b", { a: { b: [true] } }, '"b":[true]'],
    ["a", {}, undefined],
  ])("%s of %j: %j", (fields, from, expected) => {
    expect(pick(fields, from, true)).toBe(expected);
  });
});
