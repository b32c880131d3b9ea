import { At, base } from "./table";

// What a character is, for the rules by which texts are cut into pieces. Each flag is a class of the regular expressions.

export namespace Is {
  /** \p{Lu} \p{Lt} \p{Lm} \p{Lo} \p{M} */
  export const UPPER: u32 = 1;
  /** \p{Ll} \p{Lm} \p{Lo} \p{M} */
  export const LOWER: u32 = 2;
  /** \p{L} */
  export const LETTER: u32 = 4;
  /** \p{M} */
  export const MARK: u32 = 8;
  /** \p{N} */
  export const NUMBER: u32 = 16;
  /** \s */
  export const SPACE: u32 = 32;
  /** \r \n */
  export const NEWLINE: u32 = 64;
  /** \p{P} \p{S} */
  export const SIGN: u32 = 128;
}

/** By class as a table's file has it: its flags. */
export const CLASS_FLAGS: usize = memory.data<u8>([
  0, // none of these
  32, // white space
  32 + 64, // newline
  16, // number
  4 + 1, // capital letter
  4 + 2, // small letter
  4 + 1 + 2, // other letter
  8 + 1 + 2, // mark
  128, // sign
]);
export const CLASS_COUNT: u32 = 9;

/** Bytes of the character that was last looked at. */
export let width: u32 = 0;
/** Its code point, if it is not ASCII. */
export let code: u32 = 0;

export class Characters {
  /** The flags of the character at `at`; sets `width`. */
  @inline static flags(at: usize): u32 {
    const lead = <u32>load<u8>(at);
    if (lead >= 0x80) return flagsBeyondAscii(at, lead);
    width = 1;
    return load<u8>(base + lead, At.CLASSES);
  }
}

function flagsBeyondAscii(at: usize, lead: u32): u32 {
  const second = <u32>load<u8>(at, 1) & 63;
  if (lead < 0xe0) {
    code = ((lead & 31) << 6) | second;
    width = 2;
  } else if (lead < 0xf0) {
    code = ((lead & 15) << 12) | (second << 6) | (<u32>load<u8>(at, 2) & 63);
    width = 3;
  } else {
    code = ((lead & 7) << 18) | (second << 12) | ((<u32>load<u8>(at, 2) & 63) << 6) | (<u32>load<u8>(at, 3) & 63);
    width = 4;
  }
  const block = <usize>load<u8>(base + (code >> 8), At.CLASS_INDEX);
  return load<u8>(base + ((block << 8) | (code & 255)), At.CLASSES);
}
