import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { StandardSchema } from "./standard-schema.ts";
import { type ToolContext, tool, toTool } from "./tool.ts";

const context: ToolContext = { signal: new AbortController().signal, idempotencyKey: "run-1/3", run: "run-1", agent: "writer", name: "t", callId: "c1" };

/** A schema of the standard, from nowhere in particular. */
function standard<Output>(validate: StandardSchema<unknown, Output>["~standard"]["validate"], more: object = {}): StandardSchema<unknown, Output> {
  return { "~standard": { version: 1, vendor: "test", validate, ...more } };
}

describe("a result", () => {
  const run = (value: unknown) => toTool(() => value, "t").run("{}", context);

  it("is shown as it is, or as JSON", async () => {
    expect(run("plain")).toEqual({ isError: false, text: "plain" });
    expect(run({ a: [1] })).toEqual({ isError: false, text: '{"a":[1]}' });
    expect([run(0), run(false), run(null), run(undefined), run(() => 1)]).toMatchObject([
      { text: "0" },
      { text: "false" },
      { text: "null" },
      { text: "" },
      { text: "" },
    ]);
    expect(await run(Promise.resolve({ b: 1 }))).toEqual({ isError: false, text: '{"b":1}' });
    expect(await run({ then: (done: (value: string) => void) => done("thenable") })).toEqual({ isError: false, text: "thenable" });
  });

  it("that has no JSON says that the tool ran", () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const value of [circular, 1n]) {
      expect(run(value)).toMatchObject({ isError: true, text: expect.stringContaining("It ran, but") });
    }
  });
});

describe("a tool that throws", () => {
  it("shows its message and no more, at once or later, and never a key", async () => {
    const boom = (error: unknown) => () => {
      throw error;
    };
    expect(toTool(boom(new Error("no such city")), "t").run("{}", context)).toEqual({ isError: true, text: "no such city" });
    expect(toTool(boom("plain"), "t").run("{}", context)).toEqual({ isError: true, text: "plain" });
    expect(toTool(boom(new RangeError()), "t").run("{}", context)).toEqual({ isError: true, text: "RangeError" });
    expect(await toTool(async () => boom(new Error("key sk-abcdefgh12345 refused"))(), "t").run("{}", context)).toEqual({
      isError: true,
      text: "key *** refused",
    });
  });
});

describe("arguments", () => {
  it("come parsed, with what belongs to the call", () => {
    let seen: unknown;
    toTool((input, given) => (seen = [input, given]), "t").run('{"city":"Oslo"}', context);
    expect(seen).toEqual([{ city: "Oslo" }, context]);
    expect(toTool((input) => input, "t").run("", context)).toMatchObject({ text: "{}" });
  });

  it("that are no object never reach the tool", () => {
    const never = toTool(() => expect.unreachable(), "t");
    for (const text of ["{broken", "[]", "null", "3", '"x"']) {
      const outcome = never.run(text, context);
      expect(outcome).toMatchObject({ isError: true });
      expect(JSON.parse((outcome as { text: string }).text)).toMatchObject({ error: "invalid-arguments" });
    }
  });

  it("are checked by the schema, which may change them", async () => {
    const add = tool({
      inputSchema: z.object({ numbers: z.array(z.object({ value: z.coerce.number() })), unit: z.string().default("m") }),
      execute: ({ numbers, unit }) => numbers.reduce((sum, { value }) => sum + value, 0) + unit,
    });
    expect(await add.run('{"numbers":[{"value":"1"},{"value":2}]}', context)).toEqual({ isError: false, text: "3m" });
    const outcome = await add.run('{"numbers":[{"value":1},{"value":"x"}],"unit":3}', context);
    expect(outcome.isError).toBe(true);
    expect(JSON.parse(outcome.text)).toEqual({
      error: "invalid-arguments",
      issues: [
        { path: "numbers[1].value", message: expect.any(String) },
        { path: "unit", message: expect.any(String) },
      ],
    });
  });

  it("may be checked by any library of the standard, later too", async () => {
    const issues = [{ message: "too long" }, { message: "bad", path: [{ key: "a" }, 0] }];
    const refusing = tool({ inputSchema: standard(async () => ({ issues })), execute: () => "never" });
    expect(JSON.parse((await refusing.run("{}", context)).text).issues).toEqual([
      { path: "", message: "too long" },
      { path: "a[0]", message: "bad" },
    ]);
    const taking = tool({ inputSchema: standard(async () => ({ value: { n: 2 } })), execute: async ({ n }) => n });
    expect(await taking.run("{}", context)).toEqual({ isError: false, text: "2" });
    const broken = tool({
      inputSchema: standard(() => {
        throw new Error("schema broke");
      }),
      execute: () => "never",
    });
    expect(broken.run("{}", context)).toEqual({ isError: true, text: "schema broke" });
  });

  it("have the types that the schema says", () => {
    tool({ inputSchema: z.object({ n: z.coerce.number() }), execute: (input) => expectTypeOf(input).toEqualTypeOf<{ n: number }>() });
    tool({ inputSchema: standard<{ a: string }>(() => ({ value: { a: "" } })), execute: (input) => expectTypeOf(input).toEqualTypeOf<{ a: string }>() });
    // biome-ignore lint/suspicious/noExplicitAny: it is what they are
    tool({ inputSchema: { type: "object" }, execute: (input) => expectTypeOf(input).toEqualTypeOf<Record<string, any>>() });
    // biome-ignore lint/suspicious/noExplicitAny: it is what they are
    tool({ execute: (input, given) => [expectTypeOf(input).toEqualTypeOf<Record<string, any>>(), expectTypeOf(given).toEqualTypeOf<ToolContext>()] });
  });
});

describe("a declaration", () => {
  const declare = async (inputSchema: StandardSchema | Record<string, unknown> | undefined) =>
    (await tool({ inputSchema, execute: () => "" }).declare("t")).inputSchema;
  const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

  it("has name, description and JSON Schema", async () => {
    expect(await tool({ description: "Finds.", inputSchema: city, execute: () => "" }).declare("find")).toEqual({
      name: "find",
      description: "Finds.",
      inputSchema: city,
    });
    expect(await declare(undefined)).toMatchObject({ type: "object", additionalProperties: true });
  });

  it("is made from zod: what goes in, not what comes out", async () => {
    const schema = z.object({
      city: z.string().describe("where"),
      days: z.number().int().default(1),
      at: z.date().optional(),
      n: z.string().transform(Number),
    });
    for (const one of [schema, withoutStandardJson(schema)]) {
      expect(await declare(one)).toMatchObject({
        type: "object",
        properties: { city: { type: "string", description: "where" }, days: { type: "integer", default: 1 }, at: {}, n: { type: "string" } },
        required: ["city", "n"],
      });
      expect(await declare(one)).not.toHaveProperty("$schema");
    }
  });

  it("is what other libraries offer, or any object", async () => {
    expect(await declare(standard(() => ({ value: 1 }), { jsonSchema: { input: () => city } }))).toEqual(city);
    expect(
      await declare(
        Object.assign(
          standard(() => ({ value: 1 })),
          { toJsonSchema: () => city },
        ),
      ),
    ).toEqual(city);
    expect(await declare(standard(() => ({ value: 1 })))).toMatchObject({ type: "object", additionalProperties: true });
  });

  it("is refused if it is none of an object", async () => {
    await expect(declare(z.string())).rejects.toMatchObject({ code: "bad-usage" });
    await expect(declare({ type: "array" })).rejects.toMatchObject({ code: "bad-usage" });
    await expect(
      declare(
        standard(() => ({ value: 1 }), {
          jsonSchema: {
            input: () => {
              throw new Error("no");
            },
          },
        }),
      ),
    ).rejects.toThrow(/cannot be told to a model: no/);
  });
});

describe("toTool", () => {
  it("takes tools, functions and definitions, and nothing else", () => {
    const made = tool({ execute: () => "" });
    expect(toTool(made, "t")).toBe(made);
    expect(toTool({ execute: () => "x" }, "t").run("{}", context)).toMatchObject({ text: "x" });
    for (const other of [{}, null, "t", { execute: 1 }]) expect(() => toTool(other as never, "t")).toThrow(/the tool t/);
  });
});

/** As zod before 4.2 was. */
function withoutStandardJson(schema: z.ZodType): StandardSchema {
  const { jsonSchema, ...rest } = schema["~standard"] as StandardSchema["~standard"];
  return new Proxy(schema, { get: (target, key) => (key === "~standard" ? rest : Reflect.get(target, key)) }) as unknown as StandardSchema;
}
