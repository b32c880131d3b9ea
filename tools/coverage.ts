import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { coveragePage, type Row } from "./coverage-page.ts";
import { type Entry, readSchema, type Shape, type Value } from "./definition-model.ts";

// Which scenario of test/conformance uses which key of a definition: `npx tsx tools/coverage.ts` writes docs/coverage.md, `--check` compares.
// Only scenarios whose definition is accepted count: being refused is no effect.

const SCENARIOS = new URL("../test/conformance/scenarios/", import.meta.url);
const PAGE = new URL("../docs/coverage.md", import.meta.url);

/** Words of keys that take any text or node, which the schema does not list. */
const spoken: Readonly<Record<string, readonly string[]>> = {
  "flow.on_error": ["fail", "skip"],
  "flow.supervise.by": ["round_robin", "manual"],
  "orchestration.config.aggregation": ["merge", "concat", "voting", "first_success"],
};

/** A key, a word, or a pattern's parameter, found in a definition at a path. */
export interface Occurrence {
  row: Row;
  path: (string | number)[];
}

type Tree = Readonly<Record<string, unknown>>;
const isTree = (node: unknown): node is Tree => typeof node === "object" && node !== null && !Array.isArray(node);

/** The keys that this version accepts, and how to find them in a definition. */
export class Coverage {
  readonly rows = new Map<string, Row>();
  private readonly root: Shape;
  private readonly paths: Map<Shape, string>;
  private readonly choices = new Map<string, string>();

  constructor(root: Shape = readSchema()) {
    this.root = root;
    this.paths = acceptedPaths(root);
    for (const [shape, path] of this.paths) {
      for (const entry of shape.entries) {
        if (!isAccepted(entry, root)) continue;
        const row = path ? `${path}.${entry.key}` : entry.key;
        for (const id of entry.about.patterns?.map((pattern) => `${row} (${pattern})`) ?? [row]) this.add(path, id);
        for (const word of this.wordsOf(entry, row)) this.add(path, `${this.wordsAt(entry, row)}: ${word}`);
      }
    }
  }

  /** What a definition uses. */
  find(definition: unknown): Occurrence[] {
    const found: Occurrence[] = [];
    if (isTree(definition)) this.inShape(this.root, definition, [], patternOf(definition), found);
    return found;
  }

  private add(map: string, id: string): void {
    if (!this.rows.has(id)) this.rows.set(id, { id, map, scenarios: [] });
  }

  /** The words that an entry may have, other spellings too. */
  private wordsOf({ value }: Entry, row: string): string[] {
    const choice = choiceOf(value);
    if (!choice) return [...(spoken[row] ?? [])];
    return [...choice.words, ...Object.keys(choice.also)].filter((word) => !(word in choice.later));
  }

  /** Words that mean the same in several places are listed at the first. */
  private wordsAt({ key, value }: Entry, row: string): string {
    const choice = choiceOf(value);
    if (!choice) return row;
    const same = choice.enum || `${key}: ${choice.words.join(" ")}`;
    const first = this.choices.get(same) ?? row;
    this.choices.set(same, first);
    return first;
  }

  private note(id: string, path: Occurrence["path"], found: Occurrence[]): void {
    const row = this.rows.get(id);
    if (row) found.push({ row, path });
  }

  private inShape(shape: Shape, tree: Tree, path: Occurrence["path"], pattern: string, found: Occurrence[]): void {
    const map = this.paths.get(shape);
    if (map === undefined) return;
    const inner = shape === this.root ? patternOf(tree) : pattern;
    for (const [key, node] of Object.entries(tree)) {
      const here = [...path, key];
      const entry = shape.entries.find((entry) => entry.key === key || entry.about.also?.includes(key));
      if (entry) {
        this.inEntry(entry, map, node, here, inner, found);
        for (const [target, at] of this.targets(shape, entry, tree)) this.inEntry(target, at, node, here, inner, found);
      } else this.inMoved(map, key, node, here, inner, found);
    }
  }

  /** The keys that this one stands for, of the role that the map is for. */
  private targets(shape: Shape, { about }: Entry, tree: Tree): [Entry, string][] {
    return (about.meaning?.split(" ") ?? []).flatMap((path): [Entry, string][] => {
      const trail = follow(shape, this.root, path);
      const [, last] = trail.at(-1)!;
      const isOther = trail.some(([, { about }]) => about.roles && !about.roles.includes(String(tree.role ?? tree.type)));
      return isOther ? [] : [[last, this.paths.get(trail.at(-1)![0]) ?? ""]];
    });
  }

  /** Parameters of a pattern may stand beside its `config`, or under the supervisor. */
  private inMoved(map: string, key: string, node: unknown, path: Occurrence["path"], pattern: string, found: Occurrence[]): void {
    const config = [...this.paths].find(([, at]) => at === "orchestration.config")?.[0];
    if (config && map === "orchestration") this.inShape(config, { [key]: node }, path.slice(0, -1), pattern, found);
    else if (config && map === "supervisor" && isTree(node)) this.inShape(config, node, path, key.replace(/_config$/, ""), found);
  }

  private inEntry(entry: Entry, map: string, node: unknown, path: Occurrence["path"], pattern: string, found: Occurrence[]): void {
    if (!isAccepted(entry, this.root)) return;
    const row = map ? `${map}.${entry.key}` : entry.key;
    this.note(entry.about.patterns ? `${row} (${pattern})` : row, path, found);
    const words = this.wordsOf(entry, row);
    for (const word of Array.isArray(node) ? node : [node]) {
      if (words.includes(word)) this.note(`${this.wordsAt(entry, row)}: ${word}`, path, found);
    }
    this.inValue(entry.value, node, path, pattern, found);
  }

  private inValue(value: Value, node: unknown, path: Occurrence["path"], pattern: string, found: Occurrence[]): void {
    const each = (item: Value) => {
      const items = Array.isArray(node) ? [...node.entries()] : Object.entries(node as Tree);
      for (const [at, inner] of items) this.inValue(item, inner, [...path, at], pattern, found);
    };
    if (value.type === "either") {
      const fitting = optionsOf(value).find((option) =>
        Array.isArray(node) ? option.type === "list" : isTree(node) && ["map", "record"].includes(option.type),
      );
      if (fitting) this.inValue(fitting, node, path, pattern, found);
    } else if (value.type === "map" && isTree(node)) this.inShape(value.shape, node, path, pattern, found);
    else if (value.type === "list" && Array.isArray(node)) each(value.item);
    else if (value.type === "record" && isTree(node)) each(value.item);
    else if (value.type === "named-list" && (isTree(node) || Array.isArray(node))) each(value.item);
  }
}

/** Whether this version does something with a key, or with one in its map; one that stands for another is as that one is. */
function isAccepted({ about, value }: Entry, root: Shape): boolean {
  if (value.type === "map" && !value.shape.entries.some((entry) => isAccepted(entry, root))) return false;
  if (about.later !== undefined || about.idle !== undefined) return false;
  return !about.meaning?.startsWith("/") || follow(root, root, about.meaning).every(([, entry]) => isAccepted(entry, root));
}

/** The keys on the way that a `meaning` names, each with its map. */
function follow(from: Shape, root: Shape, path: string): [Shape, Entry][] {
  const trail: [Shape, Entry][] = [];
  let shape: Shape | undefined = path.startsWith("/") ? root : from;
  for (const key of path.replace(/^\//, "").split(".")) {
    const entry: Entry | undefined = shape?.entries.find((entry) => entry.key === key);
    if (!shape || !entry) throw new Error(`${path} is no key`);
    trail.push([shape, entry]);
    shape = shapesOf(entry.value)[0];
  }
  return trail;
}

const patternOf = ({ orchestration, supervisor }: Tree): string =>
  String((isTree(orchestration) && orchestration.pattern) || (isTree(supervisor) && supervisor.pattern) || "");

/** What may stand there, be it nested; a flow's node may hold itself, but never directly. */
const optionsOf = (value: Value): Value[] => (value.type === "either" ? value.of.flatMap(optionsOf) : [value]);

function choiceOf(value: Value): Extract<Value, { type: "choice" }> | undefined {
  if (value.type === "choice") return value;
  if (value.type === "list") return choiceOf(value.item);
  if (value.type === "either") return value.of.map(choiceOf).find((choice) => choice !== undefined);
  return undefined;
}

/** The maps that can be reached by accepted keys, at the shortest path of each. */
function acceptedPaths(root: Shape): Map<Shape, string> {
  const paths = new Map([[root, ""]]);
  for (const [shape, path] of paths) {
    for (const entry of shape.entries) {
      if (!isAccepted(entry, root)) continue;
      for (const inner of shapesOf(entry.value)) if (!paths.has(inner)) paths.set(inner, path ? `${path}.${entry.key}` : entry.key);
    }
  }
  return paths;
}

function shapesOf(value: Value, met = new Set<Value>()): Shape[] {
  if (met.has(value)) return [];
  met.add(value);
  if (value.type === "map") return [value.shape];
  if (value.type === "either") return value.of.flatMap((option) => shapesOf(option, met));
  return "item" in value ? shapesOf(value.item, met) : [];
}

/** All keys, each with the scenarios that use it. */
export function readCoverage(): Row[] {
  const coverage = new Coverage();
  for (const file of readdirSync(SCENARIOS).sort()) {
    if (!file.endsWith(".yaml")) continue;
    const { definition, problems } = parse(readFileSync(new URL(file, SCENARIOS), "utf8"));
    if (problems) continue;
    const name = file.slice(0, -".yaml".length);
    for (const { row } of coverage.find(parse(definition))) if (!row.scenarios.includes(name)) row.scenarios.push(name);
  }
  return [...coverage.rows.values()];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const page = coveragePage(readCoverage());
  if (!process.argv.includes("--check")) writeFileSync(PAGE, page);
  else if (readFileSync(PAGE, "utf8") !== page) {
    console.error("docs/coverage.md is not what the scenarios give: run npx tsx tools/coverage.ts");
    process.exitCode = 1;
  }
}
