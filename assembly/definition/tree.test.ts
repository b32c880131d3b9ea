import { describe, expect, test } from "vitest";
import { readYaml } from "../../host/definition/nodes.ts";
import { lines, loadSources, loadYaml, newCore } from "./testing.ts";

const core = newCore();

const errors = (yaml: string | string[]) => lines(loadYaml(core, yaml)).filter((line) => line.startsWith("error"));
const config = (yaml: string) => loadYaml(core, `vector_config:\n${yaml}`).manifest.vector_config;

describe("documents", () => {
  test.each([
    ["", "error empty-document 1:1 : the file holds nothing"],
    ["# only words\n", "error empty-document 1:1 : the file holds nothing"],
    ["---\n", "error empty-document 1:4 : the file holds nothing"],
    ["a: 1\n---\nb: 2\n", "error several-documents 1:1 : the file holds 2 documents; a definition is one"],
    ["- a\n", "error not-a-map 1:1 : a definition is a map of keys, such as `agents:`"],
    ["just text\n", "error not-a-map 1:1 : a definition is a map of keys, such as `agents:`"],
  ])("%j", (yaml, line) => {
    expect(errors(yaml)).toEqual([line]);
  });

  test("no file at all", () => {
    expect(lines(loadSources(core, []))).toEqual(["error empty-document 0:0 : there is no file to read"]);
  });
});

describe("keys", () => {
  test("a duplicate names the first", () => {
    expect(errors("llm:\n  model: a\n  model: b\n")).toEqual(["error duplicate-key 3:3 llm.model: `model` stands here a second time; the first is in line 2"]);
  });

  test("quotes make no difference", () => {
    expect(errors("seed: 1\n'seed': 2\n")).toEqual(["error duplicate-key 2:1 seed: `seed` stands here a second time; the first is in line 1"]);
  });

  test.each([
    ["5: x", "error key-not-text 2:3 vector_config: a key is text: put `5` in quotes"],
    ["true: x", "error key-not-text 2:3 vector_config: a key is text: put `true` in quotes"],
    ["~: x", "error key-not-text 2:3 vector_config: a key is text: put `~` in quotes"],
    ["? [a]\n  : x", "error key-not-text 2:5 vector_config: a key is text, not a list or a map"],
    [`? ${"k".repeat(1025)}\n  : x`, "error key-too-long 2:5 vector_config: a key of more than 1024 bytes"],
  ])("%.20s", (yaml, line) => {
    expect(errors(`vector_config:\n  ${yaml}\n`)).toEqual([line]);
  });

  test("a key may be an alias of text", () => {
    expect(config("  a: &x name\n  *x : 5\n")).toEqual({ a: "name", name: 5 });
  });

  test("`<<` is a key like any other", () => {
    expect(errors("llm:\n  <<: { model: a }\n")).toEqual(['error unknown-key 2:3 llm["<<"]: there is no key `<<` here']);
    expect(config("  <<: { a: 1 }\n")).toEqual({ "<<": { a: 1 } });
  });
});

describe("aliases", () => {
  test("stand for what they name, the latest of that name", () => {
    expect(config("  a: &x { b: 1 }\n  c: *x\n  d: &x 5\n  e: *x\n")).toEqual({ a: { b: 1 }, c: { b: 1 }, d: 5, e: 5 });
  });

  test("what is wrong is shown where it is used", () => {
    const yaml = "vector_config: { a: &x 5 }\nllm: { model: *x }\n";
    expect(errors(yaml)).toEqual(['error wrong-type 2:15 llm.model: this must be text, not the number `5` ("5")']);
  });

  test.each([
    ["  a: *x\n", "error bad-alias 2:6 : `*x` has no anchor before it"],
    ["  a: &x [ *x ]\n", "error bad-alias 2:11 : `*x` stands inside what it stands for"],
  ])("%j", (yaml, line) => {
    expect(errors(`vector_config:\n${yaml}`)).toEqual([line]);
  });

  test("a hundred pass, one more does not", () => {
    const yaml = (count: number) => `vector_config:\n  a: &x 1\n  b: [${Array(count).fill("*x").join(", ")}]\n`;
    expect(errors(yaml(100))).toEqual([]);
    expect(errors(yaml(101)).join()).toContain("error too-many-aliases 3:");
  });

  test("a bomb is refused at once", () => {
    const levels = Array.from({ length: 9 }, (_, i) => `  l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(", ")}]`);
    const bomb = `vector_config:\n  l0: &l0 [lol, lol]\n${levels.join("\n")}\n`;
    const start = performance.now();
    expect(errors(bomb).join()).toContain("error too-many-nodes 6:");
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe("limits", () => {
  const nested = (depth: number) => `vector_config: { a: ${"[".repeat(depth - 2)}${"]".repeat(depth - 2)} }\n`;

  test("20 levels pass, with a warning beyond 10", () => {
    expect(errors(nested(20))).toEqual([]);
    expect(lines(loadYaml(core, nested(10))).join()).not.toContain("large-document");
    expect(lines(loadYaml(core, nested(11))).join()).toContain("warning large-document 1:1 : more than 10 levels deep");
    expect(errors(nested(21))).toEqual(["error too-deep 1:39 vector_config.a[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: more than 20 levels deep"]);
  });

  test("aliases count as deep as they reach", () => {
    const deep = `  a: &a ${"[".repeat(12)}${"]".repeat(12)}\n  b: ${"[".repeat(10)} *a ${"]".repeat(10)}\n`;
    expect(errors(`vector_config:\n${deep}`)).toEqual([
      "error too-deep 3:17 vector_config.b[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: more than 20 levels deep",
    ]);
  });

  test("a flow may be deeper", () => {
    const flow = `${"{ sequence: [ ".repeat(30)}a${" ] }".repeat(30)}`;
    expect(errors(`agents: [{ name: a, role: logger }]\nflow: ${flow}\n`)).toEqual([]);
  });

  test("10 000 nodes", () => {
    const items = (count: number) => `vector_config: { a: [${Array(count).fill("1").join(", ")}] }\n`;
    // The root, two keys, a map, the list.
    expect(errors(items(9_995))).toEqual([]);
    expect(errors(items(9_996))).toEqual(["error too-many-nodes 1:30007 : more than 10000 nodes, aliases counted as what they stand for"]);
  });

  test("values of 1 MB", () => {
    expect(errors(`vector_config: { a: ${"x".repeat(1 << 20)} }\n`)).toEqual([]);
    expect(errors(`vector_config: { a: ${"x".repeat((1 << 20) + 1)} }\n`)).toEqual(["error value-too-long 1:21 vector_config.a: a value of more than 1 MB"]);
  });

  test("1000 keys and 1 MB are advice", () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `  k${i}: 1`).join("\n");
    expect(lines(loadYaml(core, `vector_config:\n${keys}\n`)).join()).toContain("more than 1000 keys");
    const large = Array.from({ length: 3 }, (_, i) => `  k${i}: ${"x".repeat(400_000)}`).join("\n");
    expect(lines(loadYaml(core, `vector_config:\n${large}\n`)).join()).toContain("more than 1 MB");
  });
});

describe("nodes that no parser gives", () => {
  const source = readYaml("a.yaml", "agents: [a, {b: c}]\n");
  test.each([
    ["an odd map", source.nodes.map((node, i) => (i === 0 ? { ...node, count: 1 } : node))],
    ["too few nodes", source.nodes.slice(0, -1)],
    ["too many nodes", [...source.nodes, source.nodes[1]!]],
    ["a count beyond the end", source.nodes.map((node) => (node.kind === "sequence" ? { ...node, count: 4_000_000_000 } : node))],
  ])("%s", (_, nodes) => {
    expect(lines(loadSources(core, [{ ...source, nodes }])).join()).toContain("error bad-nodes");
  });
});
