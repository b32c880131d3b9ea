import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";

let core: Compiled;
let schemaAt: number;
let valueAt: number;

beforeAll(async () => {
  core = await compile("assembly/schema/testing.entry.ts");
  schemaAt = core.room(1 << 21);
  valueAt = core.room(1 << 21);
});

type Json = unknown;
const json = (value: Json) => (typeof value === "string" && /^[[{"]/.test(value) ? value : JSON.stringify(value));
const text = (length: number) => (length < 0 ? "no JSON" : getText(core, core.written(), length));
const lines = (length: number) => text(length).split("\n").filter(Boolean);

/** What is wrong with a schema. */
const load = (schema: Json) => lines(core.compile(schemaAt, put(core, schemaAt, json(schema))));
const left = () => text(core.left()).trim();

/** What is wrong with a value by the schema loaded last. */
const judge = (value: Json) => lines(core.check(valueAt, put(core, valueAt, json(value))));

function check(schema: Json, value: Json): string[] {
  expect(load(schema)).toEqual([]);
  return judge(value);
}

const place = {
  type: "object",
  properties: {
    ra: { type: "number", minimum: 0, maximum: 180 },
    name: { type: "string", minLength: 1, maxLength: 5 },
    band: { enum: ["u", "g", null, 1] },
    tags: { type: "array", items: { type: ["string", "integer", "null"] }, minItems: 1, maxItems: 2, uniqueItems: true },
  },
  required: ["ra", "name"],
  additionalProperties: false,
};

test("problems say where and what, in words that help to mend", () => {
  expect(check(place, { ra: 180.5, name: "M31" })).toEqual(["/ra: must be <= 180"]);
  expect(check(place, {})).toEqual(["/ra: is required", "/name: is required"]);
  expect(check(place, { ra: "1", name: "" })).toEqual(["/ra: must be number", "/name: must have at least 1 character"]);
  expect(check(place, { ra: 1, name: "Andromeda", colour: 1 })).toEqual([
    "/name: must have at most 5 characters",
    "/colour: is not a known property; known: ra, name, band, tags",
  ]);
  expect(check(place, { ra: 1, name: "a", band: "x" })).toEqual(['/band: must be one of "u", "g", null, 1']);
  expect(check(place, { ra: 1, name: "a", tags: [1.5, "a", "a"] })).toEqual([
    "/tags/0: must be integer, string or null",
    "/tags: must have at most 2 items",
    "/tags/2: must not repeat item 1",
  ]);
  expect(check(place, [])).toEqual([": must be object"]);
  expect(check({ const: { a: [1] } }, 1)).toEqual([': must be {"a":[1]}']);
  expect(check({ properties: { "a/b~c": false } }, { "a/b~c": 1 })).toEqual(["/a~1b~0c: is not allowed"]);
  expect(check({ propertyNames: { maxLength: 2 } }, { abc: 1 })).toEqual(["/abc: its name must have at most 2 characters"]);
  expect(check({ dependentRequired: { card: ["address"] } }, { card: 1 })).toEqual(['/address: is required beside "card"']);
  expect(check({ contains: { type: "integer" }, minContains: 2 }, [1, "a"])).toEqual([": must contain at least 2 items that fit the schema (contains)"]);
  expect(check({ multipleOf: 0.01 }, 19.999)).toEqual([": must be a multiple of 0.01"]);
  expect(check({ not: { type: "string" } }, "a")).toEqual([": must not be what the schema excludes (not)"]);
  expect(check({ minProperties: 1, maxProperties: 1 }, {})).toEqual([": must have at least 1 property"]);
  expect(check({ minimum: 5, exclusiveMaximum: 5 }, 5)).toEqual([": must be < 5"]);
});

test("of alternatives, the one that was meant is talked about", () => {
  const optional = { anyOf: [{ type: "string", minLength: 3 }, { type: "null" }] };
  expect(check(optional, "ab")).toEqual([": must have at least 3 characters"]);
  expect(check(optional, 1)).toEqual([": must be string or null"]);
  expect(check(optional, null)).toEqual([]);
  const shapes = {
    oneOf: [{ $ref: "#/$defs/circle" }, { $ref: "#/$defs/square" }],
    $defs: {
      circle: { type: "object", properties: { kind: { const: "circle" }, radius: { type: "number" } }, required: ["kind", "radius"] },
      square: { type: "object", properties: { kind: { const: "square" }, side: { type: "number" } }, required: ["kind", "side"] },
    },
  };
  expect(check(shapes, { kind: "square", side: "1" })).toEqual([": must fit one of 2 alternatives; the nearest is number 2:", "/side: must be number"]);
  expect(check(shapes, "square")).toEqual([": must be object"]);
  expect(check({ oneOf: [{ minimum: 1 }, { minimum: 2 }, { minimum: 9 }] }, 3)).toEqual([": must fit exactly one of the alternatives (oneOf), and fits 2"]);
  expect(check({ anyOf: [] }, 3)).toEqual([": must fit one of 0 alternatives"]);
});

test("sixteen problems are told, no more", () => {
  expect(check({ items: { type: "string" } }, Array(100).fill(1))).toHaveLength(16);
});

test("numbers are exact whatever their length", () => {
  expect(check({ maximum: 0.3 }, "[]")).toEqual([]);
  expect(check('{"const":9007199254740993}', "[]")).toHaveLength(1);
  expect(load('{"maximum":9007199254740992}')).toEqual([]);
  expect(lines(core.check(valueAt, put(core, valueAt, "9007199254740993")))).toEqual([": must be <= 9007199254740992"]);
  expect(load('{"enum":[1.10]}')).toEqual([]);
  expect(lines(core.check(valueAt, put(core, valueAt, "11e-1")))).toEqual([]);
  expect(lines(core.check(valueAt, put(core, valueAt, "1.1000000000000000000000001")))).toEqual([": must be one of 1.10"]);
});

test("a schema that is none is refused with the place", () => {
  expect(load("[]")).toEqual([": must be a schema: an object, true or false"]);
  expect(load({ properties: { a: 1 } })).toEqual(["/properties/a: must be a schema: an object, true or false"]);
  expect(load({ properties: [] })).toEqual(["/properties: must be an object of schemas"]);
  expect(load({ allOf: {} })).toEqual(["/allOf: must be a list of schemas"]);
  expect(load({ type: "text" })).toEqual(["/type: must be boolean, integer, number, string, array, object or null, or a list of these"]);
  expect(load({ items: { minLength: -1 } })).toEqual(["/items/minLength: must be a whole number from 0 on"]);
  expect(load({ minItems: 1.5 })).toEqual(["/minItems: must be a whole number from 0 on"]);
  expect(load({ minItems: 2.0 })).toEqual([]);
  expect(load({ minimum: "0", exclusiveMaximum: true })).toEqual(["/minimum: must be a number", "/exclusiveMaximum: must be a number"]);
  expect(load({ multipleOf: 0 })).toEqual(["/multipleOf: must be more than 0"]);
  expect(load({ multipleOf: -2 })).toEqual(["/multipleOf: must be more than 0"]);
  expect(load({ properties: { a: { required: true } } })).toEqual(["/properties/a/required: must be a list of names"]);
  expect(load({ required: ["a", 1] })).toEqual(["/required: must be a list of names"]);
  expect(load({ enum: "a" })).toEqual(["/enum: must be a list"]);
  expect(load({ uniqueItems: 1 })).toEqual(["/uniqueItems: must be true or false"]);
  expect(load({ $ref: "#/$defs/none" })).toEqual([': $ref leads nowhere: "#/$defs/none"']);
  expect(load('{"type":"string","type":"number"}')).toEqual([": has a key twice"]);
  expect(load('{"properties":{"a":true,"a":false}}')).toEqual(["/properties: has a key twice"]);
});

test("what is not enforced is named once", () => {
  load({ pattern: "^a", properties: { a: { pattern: "b", nullable: true }, b: { $ref: "https://example.org/b" } }, title: "x", format: "date" });
  expect(left()).toBe("pattern nullable $ref");
  expect(load({ multipleOf: 1 })).toEqual([]);
  expect(left()).toBe("");
  expect(load('{"multipleOf":1.0000000000000000000001}')).toEqual([]);
  expect(left()).toBe("multipleOf");
});

test("what is not enforced never makes a value wrong", () => {
  const unsure = { pattern: "^a" };
  expect(check({ not: unsure }, "b")).toEqual([]);
  expect(check({ not: { not: unsure } }, "b")).toEqual([]);
  expect(check({ oneOf: [unsure, { type: "string" }] }, "b")).toEqual([]);
  expect(check({ oneOf: [unsure, true, true] }, "b")).toHaveLength(1);
  expect(check({ if: unsure, then: false }, "b")).toEqual([]);
  expect(check({ if: unsure, then: false, else: true }, 1)).toHaveLength(1);
  expect(check({ contains: unsure, maxContains: 1 }, ["a", "b"])).toEqual([]);
  expect(check({ contains: unsure, maxContains: 1 }, [1, 2])).toHaveLength(1);
  expect(check({ patternProperties: { "^x-": true }, additionalProperties: false }, { "x-a": 1 })).toEqual([]);
  expect(check({ not: { anyOf: [unsure, { type: "string" }] } }, "b")).toHaveLength(1);
});

const fill = (value: Json) => {
  const count = core.fill(valueAt, put(core, valueAt, json(value)));
  return [count, text(core.filledLength())];
};

test("defaults are filled in where a member is missing", () => {
  const schema = {
    properties: {
      n: { default: 5 },
      deep: { properties: { a: { default: [1, { x: null }] }, b: { type: "string" } } },
      list: { items: { properties: { k: { default: "v" } } } },
      ref: { $ref: "#/$defs/r" },
      whole: { properties: { inner: { default: 1 } }, default: {} },
    },
    $defs: { r: { default: true } },
    allOf: [{ properties: { all: { default: "é\n" } } }],
    anyOf: [{ properties: { any: { default: 1 } } }, true],
  };
  expect(load(schema)).toEqual([]);
  expect(fill({ n: 1, deep: {}, list: [{}, { k: 1 }, 3], ref: 0, whole: 1, all: 1 })).toEqual([
    2,
    '{"n":1,"deep":{"a":[1,{"x":null}]},"list":[{"k":"v"},{"k":1},3],"ref":0,"whole":1,"all":1}',
  ]);
  expect(fill({ z: 1 })).toEqual([4, '{"z":1,"n":5,"ref":true,"whole":{},"all":"é\\n"}']);
  expect(fill("[]")).toEqual([0, "[]"]);
});

test("what was filled in is checked, and found again in a large object", () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`key${(i * 7) % 40}`, { type: "integer", default: i }]));
  const schema = { properties: many, required: Object.keys(many), additionalProperties: false };
  expect(load(schema)).toEqual([]);
  expect(lines(core.checkFilled(valueAt, put(core, valueAt, '{"key3":1}')))).toEqual([]);
  expect(lines(core.checkFilled(valueAt, put(core, valueAt, '{"key3":"x"}')))).toEqual(["/key3: must be integer"]);
  expect(load({ properties: { a: { type: "string", default: 1 } } })).toEqual([]);
  expect(lines(core.checkFilled(valueAt, put(core, valueAt, "{}")))).toEqual(["/a: must be string"]);
});

test("references that go round, and schemas and values made to be slow, end soon", () => {
  const ended = (schema: Json, value: Json) => {
    load(schema);
    const start = performance.now();
    const told = judge(value);
    fill(value);
    expect(performance.now() - start).toBeLessThan(2000);
    return told;
  };
  const stop = [": is too large or too deep to be checked"];
  expect(ended({ $ref: "#" }, 1)).toEqual(stop);
  expect(ended({ $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }, {})).toEqual(stop);
  expect(ended({ not: { $ref: "#" } }, 1)).toEqual(stop);
  expect(ended({ anyOf: [{ $ref: "#" }, { $ref: "#" }] }, 1)).toEqual(stop);
  const deep = "[".repeat(63) + "]".repeat(63);
  expect(ended({ items: { anyOf: [{ $ref: "#" }, { $ref: "#" }, { type: "null" }] }, maxItems: 0 }, deep)).toEqual(stop);
  expect(ended({ items: { $ref: "#" } }, deep)).toEqual([]);
  expect(ended({ uniqueItems: true }, JSON.stringify(Array.from({ length: 100_000 }, (_, i) => i)))).toEqual([]);
  expect(ended({ uniqueItems: true }, JSON.stringify([...Array.from({ length: 50_000 }, (_, i) => `s${i}`), "s7"]))).toEqual([
    "/50000: must not repeat item 7",
  ]);
  const chain = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`a${i}`, { $ref: `#/x/a${i + 1}` }]));
  expect(ended({ x: { ...chain, a20000: true }, $ref: "#/x/a0" }, 1)).toEqual(stop);
  const wide = { properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`p${i}`, { default: i }])) };
  expect(ended(wide, "{}")).toEqual([]);
});

test("no schema and no value make it trap", () => {
  const keys = [
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "$ref",
    "$defs",
    "minimum",
    "multipleOf",
    "minLength",
    "maxItems",
    "contains",
    "minContains",
    "maxContains",
    "uniqueItems",
    "default",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "propertyNames",
    "additionalProperties",
    "patternProperties",
    "additionalItems",
    "$id",
    "a",
    "b",
  ];
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(0, 1, -1, 1.5, 2, "a", "b", "#", "#/$defs/a", "#/properties/b", "string", "integer", "object", true, false, null),
      tie("list"),
      tie("map"),
    ),
    list: fc.array(tie("any"), { maxLength: 3 }),
    map: fc.dictionary(fc.constantFrom(...keys), tie("any"), { maxKeys: 5 }),
  }));
  const schema = fc.dictionary(fc.constantFrom(...keys), value.any, { maxKeys: 6 });
  let loaded = 0;
  fc.assert(
    fc.property(schema, value.any, (schema, value) => {
      if (load(JSON.stringify(schema)).length) return;
      loaded++;
      judge(JSON.stringify(value));
      fill(JSON.stringify(value));
    }),
    { numRuns: 3000 },
  );
  expect(loaded).toBeGreaterThan(300);
});
