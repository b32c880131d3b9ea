// What the tests beside these files call: tokens.wasm, and the parts of it that show only from inside.

import { input_at, use_table } from "./index";
import { beginPieces, pieceEnd } from "./pieces";

export * from "./index";

/** Where the piece ends that begins so far into the text of `length` bytes in the room. */
export function piece_end(table: u32, start: u32, length: u32): u32 {
  if (!use_table(table)) return 0;
  const at = input_at();
  if (!start) beginPieces();
  return <u32>(pieceEnd(at + start, at + length) - at);
}
