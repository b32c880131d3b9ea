import { describe, expect, it } from "vitest";
import { parseWit } from "./wit-parser.ts";
import { WitError } from "./wit-tokens.ts";
import { resolve } from "./wit-types.ts";

const parse = (text: string) => parseWit("x.wit", text);

/** A package of one file that has both variants. */
const whole = (types: string, event: string) => `package a:b@1.2.0;
interface types { ${types} }
interface events { use types.{thing}; record e { ${event} } variant event { e(e) } }
interface commands { record c { n: u8 } variant command { c(c) } }`;

describe("parseWit", () => {
  it("reads a package with its interfaces and worlds", () => {
    const file = parse(`package a:b@1.2.0;
      /// First.
      interface one { use two.{x, y}; type id = u64; f: func(a: u32, b: list<x>,) -> option<string>; g: func(); }
      world w { export one; }`);
    expect([file.package, file.version, file.worlds]).toEqual(["a:b", "1.2.0", ["w"]]);
    const [one] = file.interfaces;
    expect([one.name, one.docs, one.uses]).toEqual(["one", "First.", [{ from: "two", names: ["x", "y"] }]]);
    expect(one.definitions).toEqual([
      { form: "alias", name: "id", docs: "", members: [{ name: "", docs: "", type: { name: "u64", arguments: [], line: 3 } }] },
    ]);
    expect(one.functions.map(({ name, parameters, result }) => [name, parameters.length, result?.name])).toEqual([
      ["f", 2, "option"],
      ["g", 0, undefined],
    ]);
  });

  it("keeps doc comments of several lines where they belong, and drops plain ones", () => {
    const [{ definitions }] = parse(`interface i {
      // nothing
      /// A record,
      /// indeed.
      record r {
        /// Of a field.
        a: u8, // aside
        b: u8,
      }
    }`).interfaces;
    expect(definitions[0].docs).toBe("A record,\nindeed.");
    expect(definitions[0].members.map(({ docs }) => docs)).toEqual(["Of a field.", ""]);
  });

  it("takes escaped keywords for names, in definitions too", () => {
    const [{ definitions, functions }] = parse("interface i { record %record { %from: u8, %record: list<u8> } %use: func(); enum e { %enum } }").interfaces;
    expect(definitions.map(({ name, members }) => [name, members.map((member) => member.name)])).toEqual([
      ["record", ["from", "record"]],
      ["e", ["enum"]],
    ]);
    expect(functions[0].name).toBe("use");
  });

  it.each([
    ["interface i { record r { a u8 } }", "x.wit:1: expected :, not u8"],
    ["interface i {\n  record r { a: u8 b: u8 } }", "x.wit:2: expected ,, not b"],
    ["interface i { record r {", "x.wit: ends too early"],
    ["interface i { ? }", 'x.wit:1: unexpected "?"'],
    ["resource r", "x.wit:1: expected interface or world, not resource"],
    ["interface i { < }", "x.wit:1: expected a definition, not <"],
  ])("says what is wrong with %j", (text, message) => {
    expect(() => parse(text)).toThrow(new WitError(message));
  });
});

describe("resolve", () => {
  it("follows names and aliases through `use`", () => {
    const protocol = resolve([parse(whole("enum thing { x } type id = u64; record r { t: thing, i: id }", "a: thing, b: list<thing>"))]);
    expect(protocol.types.map(({ name }) => name)).toEqual(["thing", "r"]);
    expect(protocol.events[0].record.fields.map(({ type }) => type.form)).toEqual(["enum", "list"]);
    const [, record] = protocol.types;
    expect(record.form === "record" && record.fields[1]).toMatchObject({ alias: "id", type: { form: "u64" } });
  });

  it.each([
    [whole("record thing { x: nothing }", "a: u8"), "no type nothing"],
    [whole("record thing { x: list<thing> }", "a: thing"), "thing holds itself"],
    [whole("enum thing { x }", "a: list<u8, u8>"), "list takes one type"],
    [whole("variant thing { x }", "a: thing"), "cannot be part of a record"],
    [whole("enum thing { x }", "a: u8").replace("e(e)", "e"), "a case must hold a record"],
  ])("refuses what it cannot lay out: %#", (text, message) => {
    expect(() => resolve([parse(text)])).toThrow(message);
  });

  it("refuses files of different packages", () => {
    const text = whole("enum thing { x }", "a: u8");
    expect(() => resolve([parse(text), parse("package a:c@1.2.0;")])).toThrow("a:c@1.2.0 beside a:b@1.2.0");
  });
});
