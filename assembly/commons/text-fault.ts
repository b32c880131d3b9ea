import { words } from "../kernel/emit";
import { countCodePoints } from "../text/utf8";

/** Characters in one message from outside. */
const MOST: u32 = 100_000;

/** Whether text from outside may come in: not too long, no control characters but line breaks and tabs. If not, `words` says why. */
export function describeTextFault(at: usize, length: u32): bool {
  if (length > MOST && countCodePoints(at, length) > MOST) {
    words.clear().ascii("the text has more than ").integer(MOST).ascii(" characters");
    return false;
  }
  for (let i: u32 = 0; i < length; i++) {
    if (i + 8 <= length && !hasControl(load<u64>(at + i))) {
      i += 7;
      continue;
    }
    const c = <u32>load<u8>(at + i);
    if ((c >= 0x20 && c != 0x7f) || c == 0x09 || c == 0x0a || c == 0x0d) continue;
    words.clear().ascii("the text has a control character, U+00").hex(c, 2).ascii(", at byte ").integer(i);
    return false;
  }
  return true;
}

/** Whether one of eight bytes may be a control character: below 0x20, or 0x7f. Line breaks are seen as such, and looked at again. */
function hasControl(bytes: u64): bool {
  const ones: u64 = 0x0101010101010101;
  const high: u64 = 0x8080808080808080;
  const low = (bytes - ones * 0x20) & ~bytes & high;
  const deletes = bytes ^ (ones * 0x7f);
  return (low | ((deletes - ones) & ~deletes & high)) != 0;
}
