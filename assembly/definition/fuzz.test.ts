import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isScalar, parseDocument, visit } from "yaml";
import { readYaml } from "../../host/definition/nodes.ts";
import { readObject } from "../../host/definition/object.ts";
import { AixletError } from "../../host/errors.ts";
import type { Node, Source } from "../../host/protocol/index.ts";
import { readSchema, type Shape, type Value } from "../../tools/definition-model.ts";
import { type Loaded, loadSources, newCore } from "./testing.ts";

// Whatever comes in: an answer, with every problem in a place, and never a trap or a long wait. One core takes it all, so that what one
// definition leaves behind would show in the next.

const core = newCore();
const SLOW = 5000;
const folder = new URL("../../test/configs/", import.meta.url);
const files = (readdirSync(folder, { recursive: true }) as string[])
  .filter((path) => path.endsWith(".yaml"))
  .map((path) => readFileSync(new URL(path, folder), "utf8"));

function load(sources: Source[], checkOnly = false): Loaded {
  const start = performance.now();
  const loaded = loadSources(core, sources, { checkOnly, variables: { A: "1", B: "x" }, tools: ["t"], roles: ["expert"] });
  expect(performance.now() - start).toBeLessThan(SLOW);
  expect(loaded.problems.length).toBeLessThanOrEqual(1000);
  expect(loaded.state === "refused").toBe(loaded.problems.some(({ severity }) => severity === "error"));
  for (const { code, message } of loaded.problems) expect(`${code}: ${message}`).toMatch(/^[a-z-]+: \P{Cc}+$/u);
  return loaded;
}

/** Every word of the grammar, so that random definitions are about something. */
const words = new Set<string>();
(function collect(shape: Shape, met = new Set<unknown>()) {
  if (met.has(shape)) return;
  met.add(shape);
  const look = (value: Value): void => {
    if (met.has(value)) return;
    met.add(value);
    if (value.type === "map") collect(value.shape, met);
    else if (value.type === "either") value.of.forEach(look);
    else if ("item" in value) look(value.item);
    else if (value.type === "choice") for (const word of value.words) words.add(word);
  };
  for (const { key, about, value } of shape.entries) {
    for (const word of [key, ...(about.also ?? [])]) words.add(word);
    look(value);
  }
})(readSchema());

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  fc.constantFrom("a", "b", "user", "5", "true", "~", "1h", "${A}", "${B:-c}", "$$", "${", "64 MB", "1e9", "0x", ".inf", "<<", "é😀"),
  fc.string({ unit: "binary", maxLength: 8 }),
);

describe("nodes", () => {
  const node: fc.Arbitrary<Node> = fc.record({
    kind: fc.constantFrom("mapping", "sequence", "scalar", "scalar", "alias"),
    style: fc.constantFrom("plain", "plain", "single-quoted", "double-quoted", "literal", "folded"),
    line: fc.nat(5),
    column: fc.nat(5),
    count: fc.oneof(fc.nat(6), fc.constantFrom(2 ** 31, 2 ** 32 - 1)),
    tag: fc.constantFrom("", "", "", "!", "!!str", "!!int", "!!float", "!!map", "tag:yaml.org,2002:null", "!x"),
    anchor: fc.constantFrom("", "", "x", "y"),
    text: word,
  });

  test("in any order", () => {
    fc.assert(
      fc.property(fc.array(node, { maxLength: 40 }), fc.nat(2), fc.boolean(), (nodes, documents, checkOnly) => {
        load([{ path: "a", documents, nodes }], checkOnly);
      }),
      { numRuns: 3000 },
    );
  });

  const tree = fc.letrec<{ value: unknown; map: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      word,
      fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
      tie("map"),
      fc.array(tie("value"), { maxLength: 5 }),
    ),
    map: fc.dictionary(word, tie("value"), { maxKeys: 6 }),
  }));

  test("as definitions of the grammar's own words", () => {
    fc.assert(
      fc.property(fc.array(tree.map, { minLength: 1, maxLength: 3 }), (definitions) => {
        let sources: Source[];
        try {
          sources = definitions.map((definition, i) => readObject(`${i}`, definition));
        } catch (error) {
          if (!AixletError.isInstance(error)) throw error;
          return;
        }
        load(sources);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("files", () => {
  function loadText(texts: (string | Uint8Array)[]): void {
    let sources: Source[];
    try {
      sources = texts.map((text, i) => readYaml(`${i}.yaml`, text));
    } catch (error) {
      if (!AixletError.isInstance(error)) throw error;
      return;
    }
    load(sources);
  }

  test("with bytes changed, put in and taken out", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), fc.uint8Array({ maxLength: 3 })), { maxLength: 4 }),
        (text, changes) => {
          let bytes = Buffer.from(text);
          for (const [where, removed, added] of changes) {
            const at = Math.floor(where * bytes.length);
            bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
          }
          loadText([bytes]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("with values of one put into another, and several laid over each other", () => {
    const documents = files.map((text) => parseDocument(text));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...documents), { minLength: 1, maxLength: 3 }),
        fc.array(word, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (chosen, spare, seed) => {
          loadText(
            chosen.map((document) => {
              const changed = document.clone();
              let count = 0;
              visit(changed, {
                Scalar(_, node) {
                  if ((count++ * 7919 + seed) % 41 === 0 && isScalar(node)) node.value = spare[count % spare.length];
                },
              });
              return changed.toString();
            }),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test("cut off anywhere", () => {
    const text = files.find((file) => file.includes("cosmic-director"))!;
    for (let length = 0; length < text.length; length += 7) loadText([text.slice(0, length)]);
  });
});

describe("what takes long", () => {
  const list = (count: number, item: (i: number) => string) => Array.from({ length: count }, (_, i) => item(i)).join("\n");

  test.each([
    [
      "names that are nearly agents'",
      `agents:\n${list(900, (i) => `- {name: ${"a".repeat(56)}${i}, role: logger, outputs: [${"a".repeat(54)}b${i}, ${"a".repeat(54)}c${i}]}`)}\n`,
    ],
    ["unknown keys", `agents:\n${list(2000, (i) => `- {agregator_confg${i}: 1}`)}\n`],
    ["a ring of agents", `agents:\n${list(1200, (i) => `- {name: n${i}, role: logger, depends_on: [n${(i + 1) % 1200}]}`)}\n`],
    ["agents of one name", `agents:\n${list(2000, () => "- {name: a, role: logger}")}\n`],
    ["tools of one name", `agents:\n- name: a\n  role: react\n  model: gpt-4\n  tools:\n${list(4000, () => "  - {name: t}")}\n`],
    ["keys of one name", `vector_config:\n${list(4900, () => "  a: 1")}\n`],
    ["keys with long names", `vector_config:\n${list(4900, (i) => `  ${"k".repeat(1000)}${i}: 1`)}\n`],
    [
      "two files with long names",
      `security:\n  audit:\n${list(10, (i) => `    k${i}: 1`)}\nvector_config:\n${list(4800, (i) => `  ${"k".repeat(1000)}${i}: 1`)}\n`,
    ],
    ["references", `vector_config:\n  a: "${"${A}".repeat(200_000)}"\n  b: "${"${".repeat(300_000)}"\n`],
    ["variables with long names", `vector_config:\n${list(900, (i) => `  k${i}: "\${${"V".repeat(9000)}${i}}"`)}\n`],
    ["variables", `vector_config:\n${list(4900, (i) => `  k${i}: "\${V${i}}"`)}\n`],
  ])("%s", (_, yaml) => {
    load([readYaml("a.yaml", yaml)]);
  });

  test("leaves no memory behind", () => {
    const source = readYaml("a.yaml", files[0]!);
    const again = () => {
      for (let i = 0; i < 200; i++) load([source]);
      return core.memoryBytes;
    };
    const before = again();
    expect(again()).toBe(before);
  });
});
