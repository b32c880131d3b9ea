// One tokenizer in memory, in one block: what is looked up by position in the text or by token, and what was found out before.
//
// A token has an index: 0 to 255 are the bytes, from 256 on are the merges in the order of their ranks, after them the tokens that no
// merge makes. Its id, what models call it, is the index unless the table has a map.
//
//   TokenTable | lead | class index | classes | byte indices | twos | masks | long masks | filter | pair memo | short | middle |
//   links | slots | spans | bytes | id maps | whole pieces | special tokens

/** Tokens that merges make, bytes included: an index has 18 bits. */
export const MOST_TOKENS: u32 = (1 << 18) - 1;
/** Bytes of a token that a merge makes. */
export const LONGEST_TOKEN: u32 = 128;
/** Bytes of all tokens: an offset has 21 bits. */
export const MOST_BYTES: u32 = 1 << 21;
/** Ids: the map back has an entry for each number up to the greatest. */
export const MOST_IDS: u32 = 1 << 20;
/** Distinct blocks of 256 code points. */
export const MOST_BLOCKS: u32 = 160;

/** Where the parts of a fixed size are, from the table's start. */
export namespace At {
  /** By ASCII character: 1 if a word may begin with it without its being a letter. */
  export const LEAD: usize = 128;
  /** By code point / 256: which of the classes' blocks. */
  export const CLASS_INDEX: usize = 256;
  /** Blocks of 256 characters' flags; the first is U+0000 to U+00FF. */
  export const CLASSES: usize = 4608;
  /** By byte: its index. */
  export const BYTE_INDEX: usize = 45568;
  /** By two bytes: the index + 1 of the token that they are. */
  export const TWOS: usize = 46592;
  /** By hash of four bytes: the lengths of the tokens that begin with them; bit n is n + 4 bytes, bit 31 is 35 and more. */
  export const MASKS: usize = 308736;
  /** By hash of 32 bytes: the lengths from 35 on, two words. */
  export const LONG_MASKS: usize = 570880;
  /** By hash: a bit that is set for each token of up to 16 bytes. */
  export const FILTER: usize = 574976;
  /** By two tokens: (both + 1) * 2, and whether they may stand side by side. */
  export const PAIRS: usize = 837120;
  /** By up to 7 bytes: them, and in how many tokens they are counted. */
  export const SHORT: usize = 902656;
  /** The same by 8 to 15 bytes. */
  export const MIDDLE: usize = 1164800;
  export const END: usize = 1426944;
}

/** What a word is. */
export const enum Words {
  /** Letters. */
  Letters,
  /** Capital letters, then small ones. */
  Cased,
  /** Letters and marks. */
  Marked,
  /** Letters after at most a space. */
  Spaced,
  /** Numbers and ideographs apart; then letters and marks; signs. */
  Apart,
}

/** Where 's and the like are pieces of their own, or end a word. */
export const enum Contractions {
  None,
  Leading,
  LeadingSmall,
  Trailing,
}

/** What may follow signs. */
export const enum Tail {
  None,
  Newlines,
  NewlinesAndSlashes,
}

@unmanaged
export class TokenTable {
  /** Bytes of the block. */
  size: u32;
  words: Words;
  contractions: Contractions;
  /** Digits in a piece; 0: any number, after at most a space. */
  digits: u32;
  tail: Tail;
  /** White space up to its last newline is a piece. */
  newlines: bool;
  /** White space at the end of a text is one piece. */
  lastSpaces: bool;
  /** Whole pieces may be tokens that no merge makes. */
  wholePieces: bool;
  /** Bytes and merges. */
  merged: u32;
  /** Tokens that no merge makes. */
  extra: u32;
  specials: u32;
  slotCount: u32;
  /** By index: left part | right part << 18 | late << 36 | (the longest token that it begins with + 1) << 37, found when it is needed. */
  links: usize;
  /** By hash: index + 1 | 14 bits of the hash << 18. */
  slots: usize;
  /** By index: where its bytes are | how many << 21. */
  spans: usize;
  bytes: usize;
  /** By index: id; 0 if they are the same. */
  ids: usize;
  /** By id: index + 1. */
  indices: usize;
  idCount: u32;
  /** By hash of a whole piece: index + 1. */
  whole: usize;
  wholeMask: u32;
  /** Special tokens: id u32 | sets u16 | length u16 | address of its bytes u32. */
  special: usize;
  /** By first byte: whether a special token begins with it. */
  specialFirst: usize;
}

/** The table at hand, its start. */
export let base: usize = 0;
/** What is asked most of it. */
export let slots: usize = 0;
export let slotCount: u64 = 0;
export let spans: usize = 0;
export let links: usize = 0;
export let tokenBytes: usize = 0;

/** Everything from here on is about this table. */
export function useTable(table: TokenTable): void {
  base = changetype<usize>(table);
  slots = table.slots;
  slotCount = table.slotCount;
  spans = table.spans;
  links = table.links;
  tokenBytes = table.bytes;
}

export class Token {
  @inline static length(index: u32): u32 {
    return load<u32>(spans + ((<usize>index) << 2)) >>> 21;
  }

  @inline static bytes(index: u32): usize {
    return tokenBytes + <usize>(load<u32>(spans + ((<usize>index) << 2)) & 0x1fffff);
  }

  @inline static left(index: u32): u32 {
    return load<u32>(links + ((<usize>index) << 3)) & 0x3ffff;
  }

  @inline static right(index: u32): u32 {
    return <u32>(load<u64>(links + ((<usize>index) << 3)) >> 18) & 0x3ffff;
  }

  /** Whether it, or something in it, is made of a token of a later rank: then its merges did not come about in the order of their ranks. */
  @inline static isLate(index: u32): bool {
    return <bool>(<u32>(load<u64>(links + ((<usize>index) << 3)) >> 36) & 1);
  }
}
