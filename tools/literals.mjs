// An asc transform (asc --transform tools/literals.mjs): the text literals of the core as UTF-8, in a row, each with a zero behind it.
//
// The compiler itself lays a literal down as UTF-16 with the header of an object of a collector that the core does not have, at 16 bytes each,
// which is three times as much when compressed. In the source the type of a literal stays `string`; assembly/text/literal.ts reads it.

import { LiteralKind, Node, NodeKind } from "assemblyscript";
import { Transform } from "assemblyscript/transform";

const FILE = "~lib/literals.ts";

export default class Literals extends Transform {
  afterParse(parser) {
    const names = new Map();
    for (const source of parser.sources) {
      if (source.internalPath === "~lib/string") refuseLength(source);
      if (source.internalPath.startsWith("~lib/")) continue;
      for (const statement of source.statements) visit(statement, names);
    }
    const lines = [...names].map(
      ([text, name]) => `@global @lazy const ${name}: string = changetype<string>(memory.data<u8>([${[...bytesOf(text), 0].join(",")}]));`,
    );
    parser.parseFile(lines.join("\n"), FILE, false);
  }
}

/** Puts the name of its bytes in the place of each literal below a node of the syntax tree. */
function visit(node, names) {
  // What the compiler reads itself.
  if (node.kind === NodeKind.Call && node.expression.text === "offsetof") return;
  for (const key of Object.keys(node)) {
    // Where a module is found is no text of the program.
    if (key === "range" || key === "path") continue;
    const value = node[key];
    if (Array.isArray(value)) for (const [index, each] of value.entries()) replace(value, index, each, names);
    else replace(node, key, value, names);
  }
}

function replace(parent, key, value, names) {
  if (!(value instanceof Node)) return;
  if (value.kind !== NodeKind.Literal || value.literalKind !== LiteralKind.String) return visit(value, names);
  if (!names.has(value.value)) names.set(value.value, `__literal${names.size}`);
  parent[key] = Node.createIdentifierExpression(names.get(value.value), value.range);
}

/** Whoever reads the length that the compiler's own literals have is told so when the core is built; a comparison is one of addresses, with null. */
function refuseLength(source) {
  const string = source.statements.find((statement) => statement.kind === NodeKind.ClassDeclaration && statement.name.text === "String");
  string.members = string.members.filter((member) => !["length", "__eq", "__ne"].includes(member.name.text));
}

function bytesOf(text) {
  const bytes = Buffer.from(text);
  if (bytes.includes(0) || bytes.length !== text.length) throw new Error(`literals of the core are ASCII: ${text}`);
  return bytes;
}
