import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Engine } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/index.ts";

// The seed project's example files that load: each runs to an end that has a name, with a model that answers what it is asked for.

const folder = new URL("../configs/", import.meta.url).pathname;
const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith(".yaml")).sort();
const stops = ["done", "failed", "deadline", "budget", "limit", "no-route", "bad-decision", "stalled", "no-progress"];

type Schema = { type?: string | string[]; enum?: unknown[]; properties?: Record<string, Schema>; required?: string[]; items?: Schema; minItems?: number };

/** The least that fits a schema. */
function least({ type, enum: words, properties = {}, items, minItems = 1 }: Schema): unknown {
  if (words !== undefined) return words[0];
  const kind = Array.isArray(type) ? type[0] : type;
  if (kind === "object") return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, least(value)]));
  if (kind === "array") return items === undefined ? [] : Array.from({ length: Math.max(1, minItems) }, () => least(items));
  if (kind === "number" || kind === "integer") return 1;
  return kind === "boolean" ? true : "something";
}

const answer = (_messages: unknown, { schema }: { schema?: unknown }) => (schema === undefined ? "an answer" : JSON.stringify(least(schema as Schema)));

const outcomes: string[] = [];

test.each(files)("%s", async (file) => {
  let engine: Engine;
  try {
    engine = await Engine.load(readFileSync(join(folder, file), "utf8"), { models: () => answer, env: () => "set", sessions: new MemoryStore() });
  } catch (error) {
    expect((error as { code: string }).code).toBe("definition-refused");
    return;
  }
  if (engine.manifest.agents.length === 0) return engine.close();
  const [to] = engine.manifest.inputs;
  const isFlow = engine.manifest.definition.flow !== undefined;
  const options = { endAfter: 300, budget: { calls: 200, time: 2000 }, ...(!isFlow && engine.manifest.inputs.length > 1 && { to }) };
  const result = await engine.run("A question.", options);
  expect(stops).toContain(result.stop);
  outcomes.push(`${file}: ${result.stop}`);
  await engine.close();
});

test("most of them are done", () => {
  expect(outcomes.filter((outcome) => outcome.endsWith(": done")).length).toBeGreaterThan(outcomes.length / 2);
});
