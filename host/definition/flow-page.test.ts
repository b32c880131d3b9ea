import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lines, loadYaml, newCore } from "../../assembly/definition/testing.ts";

const page = readFileSync(new URL("../../docs/flow.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!);
const core = newCore();

/** Everybody of whom the page speaks without saying who they are. */
const people =
  "writer critic researcher editor lawyer economist planner triage accountant engineer assistant manager clerk reception sales support a b c lead coder tester reviewer".split(
    " ",
  );
const agents = `agents: [${people.map((name) => `{ name: ${name}, model: gpt-4o-mini }`).join(", ")}]\n`;

test("the page has an example of each kind", () => {
  const kinds = "agent sequence parallel map choose loop handoff supervise join retrieve plan use".split(" ");
  expect(kinds.filter((kind) => !blocks.some((yaml) => new RegExp(`\\b${kind}:`).test(yaml)))).toEqual([]);
});

test.each(blocks.map((yaml) => [yaml.trim().split("\n").slice(0, 3).join(" "), yaml]))("%s … can run", (_, yaml) => {
  const loaded = loadYaml(core, yaml.includes("\nflow:") ? yaml : agents + yaml);
  expect(lines(loaded).filter((line) => !line.startsWith("warning unknown-provider"))).toEqual([]);
});
