import { Builder } from "../text/builder";
import { NONE } from "./find";
import { Special, findSpecialById } from "./special";
import { Token, TokenTable, base } from "./table";

// The bytes of tokens. Those of one token need not be valid UTF-8.

/** Appends the bytes of the token with this id, special or not; false if there is none. */
export function decodeToken(text: Builder, id: u32): bool {
  const index = indexOf(id);
  if (index != NONE) {
    text.bytes(Token.bytes(index), Token.length(index));
    return true;
  }
  const special = findSpecialById(id);
  if (!special) return false;
  text.bytes(Special.bytes(special), Special.length(special));
  return true;
}

function indexOf(id: u32): u32 {
  const table = changetype<TokenTable>(base);
  if (!table.ids) return id < table.merged ? id : NONE;
  return id < table.idCount ? load<u32>(table.indices + ((<usize>id) << 2)) - 1 : NONE;
}
