import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node as YamlNode,
  type Pair,
  Parser,
  type Scalar,
  type CST,
  type YAMLError,
} from "yaml";
import { DefinitionRefused } from "../errors.ts";
import type { Node, ScalarStyle, Source } from "../protocol/index.ts";

// YAML to nodes. What a node means (is `yes` a text? may this key stand here?) is the core's to say, so nothing is resolved here.

const MOST_BYTES = 10_000_000;
const halfCharacter = /\p{Surrogate}/u;
/** What YAML 1.2 does not let stand in a file as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
// Far beyond what the core takes: these keep the parser from running out of stack, memory and time.
const DEEPEST = 400;
/** Of what nodes are written with. */
const MOST_MARKS = 150_000;
/** Spaces, line ends and comments included. */
const MOST_TOKENS = 1_000_000;

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
  const control = controlCharacter.exec(text);
  if (control)
    refuse("yaml-syntax", `a control character, U+${control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}, stands here`, control.index);
  const documents: Document.Parsed[] = [];
  // Words as they are: no schema, no merge keys, and duplicate keys are for the core to find.
  const composer = new Composer({
    schema: "failsafe",
    resolveKnownTags: false,
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "silent",
  });
  for (const document of composer.compose(parse(text, lines, refuse))) {
    const [error] = document.errors;
    if (error) refuse("yaml-syntax", syntaxMessage(error, text), error.pos[0]);
    documents.push(document as Document.Parsed);
  }
  const nodes: Node[] = [];
  if (documents[0]?.contents) writeNode(documents[0].contents, nodes, place);
  return { path, documents: documents.length, nodes };
}

/** A flow map ends a plain `$`, which is the commonest slip in a file with variables. */
function syntaxMessage(error: YAMLError, text: string): string {
  if (text.startsWith("${", error.pos[0] - 1)) return "put a value with `${…}` in quotes within { } and [ ]";
  return error.message.split("\n", 1)[0]!;
}

function textOf(path: string, content: string | Uint8Array): string {
  const refuse = (code: string, message: string, before = ""): never => {
    const rows = before.split("\n");
    const [line, column] = [rows.length, [...rows.at(-1)!].length + 1];
    throw new DefinitionRefused([{ severity: "error", code, file: path, line, column, path: "", message, suggestion: "" }]);
  };
  const tooLarge = () => refuse("too-large", "the file is larger than 10 MB");
  if (typeof content === "string") {
    if (content.length > MOST_BYTES || (content.length * 3 > MOST_BYTES && new TextEncoder().encode(content).length > MOST_BYTES)) tooLarge();
    const half = content.search(halfCharacter);
    if (half >= 0) refuse("bad-encoding", "half a character (a lone surrogate)", content.slice(0, half));
    return content.startsWith("\ufeff") ? content.slice(1) : content;
  }
  if (content.length > MOST_BYTES) tooLarge();
  const [a, b] = content;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || a === 0 || b === 0) refuse("bad-encoding", "the file is UTF-16 or UTF-32: save it as UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return refuse("bad-encoding", "the file is not UTF-8", goodStart(content));
  }
}

/** The text up to where it stops being UTF-8. */
function goodStart(content: Uint8Array): string {
  const start = (length: number) => new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(0, length), { stream: true });
  let [good, bad] = [0, content.length];
  // By halving: a start that is cut inside a character is no error yet.
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    try {
      start(middle);
      good = middle;
    } catch {
      bad = middle - 1;
    }
  }
  return start(good);
}

type Place = (offset: number) => { line: number; column: number };

/** Lines from 1; columns from 1, in characters, so that every language counts the same. */
function placesIn(text: string, lines: LineCounter): Place {
  // Where the count of a line's characters of two units stands: nodes come in order, so that no line is counted twice.
  let [counted, pairs, inLine] = [0, 0, -1];
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    if (line === 0) return { line: 1, column: 1 };
    if (line !== inLine || offset < counted) [counted, pairs, inLine] = [lines.lineStarts[line - 1]!, 0, line];
    for (; counted < offset; counted++) if ((text.charCodeAt(counted) & 0xfc00) === 0xdc00) pairs++;
    return { line, column: col - pairs };
  };
}

/** The parser's own way through a text, watched. */
function* parse(text: string, lines: LineCounter, refuse: (code: string, message: string, offset: number) => never): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  let [offset, tokens, marks] = [0, 0, 0];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (!blank.test(lexeme)) marks++;
    if (marks > MOST_MARKS) refuse("too-many-nodes", "more than 10000 nodes", offset);
    if (++tokens > MOST_TOKENS) refuse("too-large", "too many lines and words", offset);
    yield* parser.next(lexeme);
    if (parser.stack.length > DEEPEST) refuse("too-deep", "more than 20 levels deep", offset);
    offset = parser.offset;
  }
  yield* parser.end();
}

/** Spaces, line ends, comments. */
const blank = /^(?:[ \t\r\n\ufeff]|#)/;

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
