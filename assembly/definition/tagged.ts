import { Node, ScalarStyle } from "../protocol/types";
import { isWord, startsWithWord } from "../text/slice";
import { Doc, DocFlag, DocType } from "./doc";
import { complain, put } from "./problems";
import { isUnbounded, resolvePlain } from "./scalar";
import { Message } from "./table";

// A scalar's value from its looks, its quotes and its tag; tags are those of YAML's core schema.

const LONGEST_VALUE: u32 = 1 << 20;

/** Sets a scalar's text, type and number. Texts of the node count from `base`. */
export function readScalar(doc: Doc, base: usize, node: Node): void {
  doc.textAt = base + node.textAt;
  doc.textLength = node.textLength;
  doc.type = <u8>DocType.String;
  if (node.textLength > LONGEST_VALUE) {
    complain(Message.ValueTooLong, doc);
    doc.textLength = 0;
    return;
  }
  const plain = node.style == <u8>ScalarStyle.Plain;
  if (plain) doc.flags = <u8>DocFlag.Plain;
  if (!node.tagLength) {
    if (plain) resolvePlain(doc);
  } else resolveTagged(doc, base, node);
  if (doc.type == <u8>DocType.Decimal && isUnbounded(doc.textAt, doc.textLength)) {
    complain(Message.NotANumber, doc);
    doc.flags &= ~(<u8>DocFlag.Inexact);
    doc.number = 0;
  }
}

/** A tag's name after `!!` or its long form. */
function coreTag(base: usize, node: Node, name: string): bool {
  const at = base + node.tagAt;
  const length = node.tagLength;
  if (startsWithWord(at, length, "!!")) return isWord(at + 2, length - 2, name);
  return startsWithWord(at, length, "tag:yaml.org,2002:") && isWord(at + 18, length - 18, name);
}

function resolveTagged(doc: Doc, base: usize, node: Node): void {
  // `!` alone says: not by looks.
  if (isWord(base + node.tagAt, node.tagLength, "!") || coreTag(base, node, "str")) {
    doc.flags &= ~(<u8>DocFlag.Plain);
    return;
  }
  const integer = coreTag(base, node, "int");
  const decimal = coreTag(base, node, "float");
  const bool = coreTag(base, node, "bool");
  if (!integer && !decimal && !bool && !coreTag(base, node, "null")) {
    customTag(doc, base, node);
    return;
  }
  resolvePlain(doc);
  const type = doc.type;
  if (
    integer
      ? type == <u8>DocType.Integer
      : decimal
        ? type == <u8>DocType.Integer || type == <u8>DocType.Decimal
        : bool
          ? type == <u8>DocType.Bool
          : type == <u8>DocType.Null
  ) {
    return;
  }
  complain(Message.BadTagged, doc);
  put(base + node.tagAt, node.tagLength);
}

function customTag(doc: Doc, base: usize, node: Node): void {
  complain(Message.CustomTag, doc);
  put(base + node.tagAt, node.tagLength);
}

/** Refuses a tag that a list or map may not have. */
export function checkTag(doc: Doc, base: usize, node: Node, name: string): void {
  if (!node.tagLength || isWord(base + node.tagAt, node.tagLength, "!") || coreTag(base, node, name)) return;
  customTag(doc, base, node);
}
