import { isWord } from "../text/slice";
import { Builder } from "../text/builder";
import { objectOf } from "./value";
import { writeJson } from "../json/writer";

/** Opens an object with the members of another one, but for two of these names; a comma stands after each. */
export function writeMembers(to: Builder, at: usize, length: u32, without: string, andWithout: string): void {
  to.byte(0x7b);
  const root = objectOf(at, length);
  if (root === null) return;
  for (let each = root.first; changetype<usize>(each); each = each.next) {
    if (isWord(each.keyAt, each.keyLength, without) || isWord(each.keyAt, each.keyLength, andWithout)) continue;
    to.json(each.keyAt, each.keyLength).byte(0x3a);
    writeJson(to, each);
    to.byte(0x2c);
  }
}
