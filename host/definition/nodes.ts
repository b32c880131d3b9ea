import { Composer, type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node as YamlNode, type Pair, Parser, type Scalar, type CST } from "yaml";
import { DefinitionRefused } from "../errors.ts";
import type { Node, ScalarStyle, Source } from "../protocol/index.ts";

// YAML to nodes. What a node means (is `yes` a text? may this key stand here?) is the core's to say, so nothing is resolved here.

const MOST_BYTES = 10_000_000;
const halfCharacter = /\p{Surrogate}/u;
/** Far beyond what the core takes; it keeps the parser from running out of stack. */
const DEEPEST = 400;
/** Likewise for its memory: more tokens than a definition of 10 000 nodes can have. */
const MOST_TOKENS = 200_000;

/**
 * The nodes of a YAML file.
 * @throws DefinitionRefused, with one problem, for what is not UTF-8, is larger than 10 MB, or is not YAML.
 */
export function readYaml(path: string, content: string | Uint8Array): Source {
  const text = textOf(path, content);
  const lines = new LineCounter();
  const place = placesIn(text, lines);
  const refuse = (code: string, message: string, offset: number): never => {
    const { line, column } = place(offset);
    throw new DefinitionRefused([{ severity: "error", code, file: path, line, column, path: "", message, suggestion: "" }]);
  };
  const documents: Document.Parsed[] = [];
  // Words as they are: no schema, no merge keys, and duplicate keys are for the core to find.
  const composer = new Composer({ schema: "failsafe", merge: false, uniqueKeys: false, prettyErrors: false, lineCounter: lines, logLevel: "silent" });
  const tokens: CST.Token[] = [];
  let seen = 0;
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    seen += measure(token, refuse);
    if (seen > MOST_TOKENS) refuse("too-many-nodes", "more than 10000 nodes", "offset" in token ? token.offset : 0);
    tokens.push(token);
  }
  for (const document of composer.compose(tokens)) {
    const [error] = document.errors;
    if (error) refuse("yaml-syntax", error.message.split("\n", 1)[0]!, error.pos[0]);
    documents.push(document as Document.Parsed);
  }
  const nodes: Node[] = [];
  if (documents[0]?.contents) writeNode(documents[0].contents, nodes, place);
  return { path, documents: documents.length, nodes };
}

function textOf(path: string, content: string | Uint8Array): string {
  const refuse = (code: string, message: string): never => {
    throw new DefinitionRefused([{ severity: "error", code, file: path, line: 1, column: 1, path: "", message, suggestion: "" }]);
  };
  const tooLarge = () => refuse("too-large", "the file is larger than 10 MB");
  if (typeof content === "string") {
    if (content.length > MOST_BYTES || (content.length * 3 > MOST_BYTES && new TextEncoder().encode(content).length > MOST_BYTES)) tooLarge();
    if (halfCharacter.test(content)) refuse("bad-encoding", "the text holds half a character (a lone surrogate)");
    return content.startsWith("\ufeff") ? content.slice(1) : content;
  }
  if (content.length > MOST_BYTES) tooLarge();
  const [a, b] = content;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || a === 0 || b === 0) refuse("bad-encoding", "the file is UTF-16 or UTF-32: save it as UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return refuse("bad-encoding", `the file is not UTF-8 (byte ${firstBadByte(content)})`);
  }
}

/** Where the text stops being UTF-8. */
function firstBadByte(content: Uint8Array): number {
  let [good, bad] = [0, content.length];
  // The longest start that can be decoded, by halving: a start cut inside a character is no error yet.
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle - 1;
    }
  }
  return good;
}

type Place = (offset: number) => { line: number; column: number };

/** Lines from 1; columns from 1, in characters, so that every language counts the same. */
function placesIn(text: string, lines: LineCounter): Place {
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    if (line === 0) return { line: 1, column: 1 };
    const start = lines.lineStarts[line - 1]!;
    let pairs = 0;
    for (let i = start; i < offset; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) pairs++;
    return { line, column: col - pairs };
  };
}

/** How many tokens there are within one; refuses what is nested too deeply for a recursive reader. */
function measure(token: CST.Token, refuse: (code: string, message: string, offset: number) => never): number {
  let count = 0;
  const waiting: [CST.Token, number][] = [[token, 1]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [inner, depth] = next;
    if (++count > MOST_TOKENS) return count;
    if (depth > DEEPEST) refuse("too-deep", "more than 20 levels deep", "offset" in inner ? inner.offset : 0);
    if (inner.type === "document") {
      if (inner.value) waiting.push([inner.value, depth]);
    } else if ("items" in inner) {
      for (const item of inner.items) {
        if ("key" in item && item.key) waiting.push([item.key, depth + 1]);
        if ("value" in item && item.value) waiting.push([item.value, depth + 1]);
      }
    }
  }
  return count;
}

const styles: Record<string, ScalarStyle> = {
  QUOTE_SINGLE: "single-quoted",
  QUOTE_DOUBLE: "double-quoted",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};

function writeNode(node: YamlNode, nodes: Node[], place: Place): void {
  const offset = node.range?.[0] ?? 0;
  const { line, column } = place(offset);
  const into: Node = { kind: "scalar", style: "plain", line, column, count: 0, tag: node.tag ?? "", anchor: "", text: "" };
  nodes.push(into);
  if (isAlias(node)) {
    into.kind = "alias";
    into.anchor = node.source;
    return;
  }
  if ("anchor" in node) into.anchor = (node.anchor as string | undefined) ?? "";
  if (isScalar(node)) {
    into.style = styles[node.type ?? ""] ?? "plain";
    into.text = scalarText(node);
  } else if (isSeq(node)) {
    into.kind = "sequence";
    into.count = node.items.length;
    for (const item of node.items as YamlNode[]) writeNode(item, nodes, place);
  } else if (isMap(node)) {
    into.kind = "mapping";
    into.count = node.items.length * 2;
    for (const { key, value } of node.items as Pair<YamlNode | null, YamlNode | null>[]) {
      writeOrEmpty(key, value, nodes, place);
      writeOrEmpty(value, key, nodes, place);
    }
  }
}

function scalarText(node: Scalar): string {
  const { value } = node;
  return typeof value === "string" ? value : (node.source ?? "");
}

/** A key without a value, or a value without a key, is an empty scalar at the other's place. */
function writeOrEmpty(node: YamlNode | null, beside: YamlNode | null, nodes: Node[], place: Place): void {
  if (node) writeNode(node, nodes, place);
  else nodes.push({ kind: "scalar", style: "plain", ...place(beside?.range?.[0] ?? 0), count: 0, tag: "", anchor: "", text: "" });
}
