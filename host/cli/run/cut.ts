import { widthOf } from "../text.ts";

const ESC = String.fromCharCode(27);
const colourCode = new RegExp(`(${ESC}\\[[0-9;]*m)`);

/** At most so many columns of a text with colours; they end where it does. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let room = columns;
  for (const piece of text.split(colourCode)) {
    if (piece.startsWith(ESC)) kept += piece;
    else {
      for (const character of piece) {
        room -= widthOf(character);
        if (room < 0) break;
        kept += character;
      }
    }
  }
  return kept;
}
