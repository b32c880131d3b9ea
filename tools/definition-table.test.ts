import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { messages } from "../host/definition/messages.ts";
import { readSchema, type Shape, type Value } from "./definition-model.ts";
import { generate } from "./definition-table.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test.each(Object.entries(generate()))("%s is what the schema gives", (path, text) => {
  expect(read(path) === text, `run npx tsx tools/definition-table.ts`).toBe(true);
});

test("docs/errors.md explains every code, and no others", () => {
  const explained = [...read("docs/errors.md").matchAll(/^- `([a-z-]+)`/gm)].map(([, code]) => code!);
  const thrown = [...read("host/errors.ts").matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, code]) => code!);
  const inYaml = ["yaml-syntax", "bad-encoding", "definition-cycle"];
  const said = Object.values(messages).flatMap(({ code }) => (code ? [code as string] : []));
  expect([...new Set(explained)].sort()).toEqual([...new Set([...thrown, ...inYaml, ...said])].sort());
});

test("every key has its words, and no key has two", () => {
  const shapes = new Set<Shape>();
  const visit = (value: Value, met = new Set<Value>()): void => {
    if (met.has(value)) return;
    met.add(value);
    if (value.type === "map") visitShape(value.shape);
    else if (value.type === "either") for (const part of value.of) visit(part, met);
    else if ("item" in value) visit(value.item, met);
  };
  const visitShape = (shape: Shape): void => {
    if (shapes.has(shape)) return;
    shapes.add(shape);
    const words = shape.entries.flatMap(({ key, about }) => [key, ...(about.also ?? [])]);
    expect(words, shape.path).toEqual([...new Set(words)]);
    for (const { key, about, value } of shape.entries) {
      expect(about.about, `${shape.path}.${key}`).toMatch(/[.]$/);
      visit(value);
    }
  };
  visitShape(readSchema());
  expect(shapes.size).toBeGreaterThan(80);
});

test("an editor takes what the core takes", () => {
  const schema = z.fromJSONSchema(JSON.parse(read("schema/aixlet.schema.json")));
  const fits = (yaml: string) => schema.safeParse(parse(yaml)).success;
  for (const path of ["config/agents.yaml", "examples/classifier-workflow/config.yaml", "web/content/examples/use-cases/conversation-memory.yaml"]) {
    expect(fits(read(`test/configs/${path}`)), path).toBe(true);
  }
  expect(fits("agents: [{ name: a, type: react, retry: { initial_interval: 1s }, priority: '${P}' }]")).toBe(true);
  expect(fits("agnts: []")).toBe(false);
  expect(fits("agents: [{ name: a, priority: 300 }]")).toBe(false);
  expect(fits("config: { send_timeout: 5 }")).toBe(false);
});
