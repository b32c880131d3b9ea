import { Builder } from "../text/builder";
import { Doc, DocFlag, DocType } from "./doc";

// A tree as JSON: the manifest that hosts get, a tool's schema for a model, the text that is hashed.

/** Durations are milliseconds, sizes bytes, secrets their `${NAME}`. */
export function writeJson(to: Builder, doc: Doc): void {
  switch (<u32>doc.type) {
    case DocType.Null:
      to.ascii("null");
      return;
    case DocType.Bool:
      to.ascii(doc.number ? "true" : "false");
      return;
    case DocType.String:
      to.json(doc.textAt, doc.textLength);
      return;
    case DocType.Integer:
    case DocType.Decimal:
      writeNumber(to, doc);
      return;
    case DocType.Duration:
    case DocType.Bytes:
      to.integer(<u64>doc.number);
      return;
  }
  const isMap = doc.type == <u8>DocType.Map;
  to.byte(isMap ? 0x7b : 0x5b);
  for (let below: Doc | null = doc.firstChild(); below !== null; below = below!.nextSibling()) {
    if (below !== doc.firstChild()) to.byte(0x2c);
    if (isMap) to.json(below.nameAt, below.nameLength).byte(0x3a);
    writeJson(to, below);
  }
  to.byte(isMap ? 0x7d : 0x5d);
}

function writeNumber(to: Builder, doc: Doc): void {
  if (doc.is(DocFlag.Inexact)) writeAsWritten(to, doc);
  else if (doc.type == <u8>DocType.Decimal) to.decimal(doc.number);
  else if (doc.number < 0) to.byte(0x2d).integer(<u64>-doc.number);
  else to.integer(<u64>doc.number);
}

/** A number that i64 cannot hold, as JSON wants it: no `+` in front, no zeros before the first digit, digits on both sides of the point. */
function writeAsWritten(to: Builder, doc: Doc): void {
  let at = doc.textAt;
  const end = at + doc.textLength;
  // A hexadecimal number beyond i64 has no short form here; it stands as the largest.
  if (doc.textLength > 1 && load<u8>(at, 1) > 0x39 && load<u8>(at, 1) != 0x65 && load<u8>(at, 1) != 0x45) {
    to.integer(<u64>doc.number);
    return;
  }
  const sign = load<u8>(at);
  if (sign == 0x2b || sign == 0x2d) at++;
  if (sign == 0x2d) to.byte(0x2d);
  while (at + 1 < end && load<u8>(at) == 0x30 && isDigit(load<u8>(at, 1))) at++;
  if (load<u8>(at) == 0x2e) to.byte(0x30);
  for (; at < end; at++) {
    const c = load<u8>(at);
    to.byte(c);
    if (c == 0x2e && (at + 1 == end || !isDigit(load<u8>(at, 1)))) to.byte(0x30);
  }
}

function isDigit(c: u32): bool {
  return c - 0x30 < 10;
}

/** The whole canonical definition as JSON. */
export function writeManifest(to: Builder, root: Doc): void {
  writeJson(to, root);
}
