// Writes JSON without white space: keys in the order read, each once, numbers in their own digits, strings with the fewest escapes.

import { Builder } from "../text/builder";
import { member } from "./members";
import { DUPLICATE, JsonKind, JsonNode } from "./node";

export function writeJson(builder: Builder, node: JsonNode): void {
  if (node.kind == JsonKind.String) {
    builder.json(node.at, node.length);
    return;
  }
  if (node.kind < JsonKind.Array) {
    builder.bytes(node.at, node.length);
    return;
  }
  const object = node.kind == JsonKind.Object;
  const duplicates = (node.flags & DUPLICATE) != 0;
  let more = false;
  builder.byte(object ? 0x7b : 0x5b);
  for (let each = node.first; each; each = each.next) {
    if (duplicates && member(node, each.keyAt, each.keyLength) != each) continue;
    if (more) builder.byte(0x2c);
    more = true;
    if (object) builder.json(each.keyAt, each.keyLength).byte(0x3a);
    writeJson(builder, each);
  }
  builder.byte(object ? 0x7d : 0x5d);
}
