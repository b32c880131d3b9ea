import { CLASS_COUNT, CLASS_FLAGS } from "./characters";
import { sameLong } from "./hash";
import { At, MOST_BLOCKS } from "./table";

// Reads which characters are what into a table: blocks of 256 characters' flags, each kept once, since most are like another one.

const PAGE: u32 = 256;
const PAGES: u32 = 0x110000 / PAGE;

/** The block that is being read. */
const page: usize = memory.data(256, 8);
let blocks: u32 = 0;

/** False if the runs do not cover all code points exactly. */
export function readClasses(table: usize, at: usize, length: u32): bool {
  const end = at + length;
  blocks = 0;
  let pages: u32 = 0;
  let filled: u32 = 0;
  while (at < end) {
    let value: u32 = 0;
    for (let shift: u32 = 0; ; shift += 7) {
      if (at == end || shift > 21) return false;
      const byte = <u32>load<u8>(at++);
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if ((value & 15) >= CLASS_COUNT) return false;
    const flags = load<u8>(CLASS_FLAGS + (value & 15));
    for (let left = value >> 4; left; ) {
      const some = min(left, PAGE - filled);
      memory.fill(page + filled, flags, some);
      left -= some;
      filled += some;
      if (filled < PAGE) break;
      if (pages == PAGES || !keepPage(table, pages++)) return false;
      filled = 0;
    }
  }
  return pages == PAGES && !filled;
}

/** False if there are too many different ones. */
function keepPage(table: usize, number: u32): bool {
  // First the one before.
  let block: u32 = number ? load<u8>(table + number - 1, At.CLASS_INDEX) : 0;
  if (!number || !sameLong(table + At.CLASSES + (block << 8), page, PAGE)) {
    block = 0;
    while (block < blocks && !sameLong(table + At.CLASSES + (block << 8), page, PAGE)) block++;
    if (block == blocks) {
      if (blocks == MOST_BLOCKS) return false;
      memory.copy(table + At.CLASSES + (block << 8), page, PAGE);
      blocks++;
    }
  }
  store<u8>(table + number, block, At.CLASS_INDEX);
  return true;
}
