import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { Coverage } from "../../tools/coverage.ts";
import { compare, play, readScenario, type Scenario } from "./runner.ts";
import unnoticed from "./unnoticed-keys.json" with { type: "json" };

// docs/coverage.md says which scenario uses which key, word or parameter. Here each is taken out of the scenarios that use it: one of them must fail.
// A word that is the default must be missed when another stands in its place. Those that none notices are listed with the reason, and none too many.

const folder = new URL("scenarios/", import.meta.url);

type Path = readonly (string | number)[];

/** A definition with another value at a path, or with nothing there. */
function changed(definition: unknown, path: Path, value?: string): unknown {
  const copy = structuredClone(definition);
  const holder = path.slice(0, -1).reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], copy);
  const last = path.at(-1)!;
  if (value !== undefined) (holder as Record<string, unknown>)[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete (holder as Record<string, unknown>)[last];
  return copy;
}

/** The words that might stand in place of one: `key: word` names it. */
function others(id: string, rows: Iterable<string>): string[] {
  const [key, word] = id.split(": ");
  if (word === undefined) return [];
  return [...rows].filter((other) => other !== id && other.startsWith(`${key}: `)).map((other) => other.slice(key.length + 2));
}

async function passes(scenario: Scenario): Promise<boolean> {
  try {
    compare(scenario, await play(scenario));
    return true;
  } catch {
    return false;
  }
}

it("each key, taken out, fails a scenario", { timeout: 120_000 }, async () => {
  const coverage = new Coverage();
  const noticed = new Set<string>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".yaml")) continue;
    const scenario = readScenario(readFileSync(new URL(file, folder), "utf8"));
    if (scenario.problems !== undefined) continue;
    const definition = parse(scenario.definition) as unknown;
    const notices = async (path: Path, value?: string) => !(await passes({ ...scenario, definition: stringify(changed(definition, path, value)) }));
    // A definition written anew has other places in its texts: unless it passes as it is, what is changed in it shows nothing.
    let sound: boolean | undefined;
    const taken = new Map<string, boolean>();
    for (const { row, path } of coverage.find(definition)) {
      if (noticed.has(row.id)) continue;
      sound ??= await passes({ ...scenario, definition: stringify(definition) });
      if (!sound) break;
      const at = JSON.stringify(path);
      if (!taken.has(at)) taken.set(at, await notices(path));
      let seen = taken.get(at) === true;
      for (const word of seen ? [] : others(row.id, coverage.rows.keys())) seen ||= await notices(path, word);
      if (seen) noticed.add(row.id);
    }
  }
  const silent = [...coverage.rows.keys()].filter((id) => !noticed.has(id));
  expect(silent.sort()).toEqual(Object.keys(unnoticed).sort());
});
