import { NONE } from "./find";
import { hashLong, sameLong } from "./hash";
import { Token, TokenTable, base } from "./table";

export class Whole {
  /** The token that a whole piece is though no merge makes it, or NONE. Few tables have such. */
  @inline static piece(at: usize, length: u32): u32 {
    const table = changetype<TokenTable>(base);
    return table.wholePieces ? findWhole(table, at, length) : NONE;
  }
}

function findWhole(table: TokenTable, at: usize, length: u32): u32 {
  let slot = <u32>hashLong(at, length) & table.wholeMask;
  while (true) {
    const entry = load<u32>(table.whole + ((<usize>slot) << 2));
    if (!entry) return NONE;
    if (Token.length(entry - 1) == length && sameLong(Token.bytes(entry - 1), at, length)) return entry - 1;
    slot = (slot + 1) & table.wholeMask;
  }
}
