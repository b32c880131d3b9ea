import { Builder } from "../text/builder";
import { Doc, DocType } from "./doc";

// Where in a document a node stands.

/** `agents[2].tools[0].name` */
export function writePath(to: Builder, doc: Doc): void {
  const parent = changetype<Doc | null>(doc.parent);
  if (parent === null) return;
  writePath(to, parent);
  if (parent.type == <u8>DocType.List) {
    let index: u64 = 0;
    for (let item: Doc | null = parent.firstChild(); item !== null && item !== doc; item = item!.nextSibling()) index++;
    to.byte(0x5b).integer(index).byte(0x5d);
    return;
  }
  if (isSimple(doc.nameAt, doc.nameLength)) {
    if (to.length) to.byte(0x2e);
    to.bytes(doc.nameAt, doc.nameLength);
  } else to.byte(0x5b).json(doc.nameAt, doc.nameLength).byte(0x5d);
}

function isSimple(at: usize, length: u32): bool {
  if (!length) return false;
  for (let i: u32 = 0; i < length; i++) {
    const c = <u32>load<u8>(at + i);
    const letter = c | 0x20;
    if (!((letter >= 0x61 && letter <= 0x7a) || (c >= 0x30 && c <= 0x39) || c == 0x5f || c == 0x2d)) return false;
  }
  return true;
}
