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
    const c = <u32>load<u8>(at + i);
    if ((c >= 0x20 && c != 0x7f) || c == 0x09 || c == 0x0a || c == 0x0d) continue;
    words.clear().ascii("the text has a control character, U+00").hex(c, 2).ascii(", at byte ").integer(i);
    return false;
  }
  return true;
}
