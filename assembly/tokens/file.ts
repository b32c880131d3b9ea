import { Contractions, MOST_IDS, MOST_TOKENS, Tail, Words } from "./table";

// A table as it is kept in a file. docs/tokens.md draws it; host/tokens/pack.ts writes it. It may come from anywhere: everything is checked
// before it is used.

/** "aixtok" and the version. */
const MAGIC: u64 = 0x0100_6b6f_7478_6961;
/** Characters of all special tokens together would fit many times. */
const MOST_SPECIALS: u32 = 1 << 16;

/** What is wrong with a table's file. */
export const enum Fault {
  None,
  /** It is not a table, or of another version. */
  Format,
  /** It ends too early or goes on too long. */
  Size,
  /** Its way of cutting texts is not known. */
  Rules,
  /** There are two tokens for one byte. */
  Bytes,
  /** A token's parts are no tokens, or are made of it. */
  Parts,
  /** A token, or all of them, are too long. */
  Length,
  /** Two tokens are the same. */
  Twice,
  /** The ids do not fit the tokens. */
  Ids,
  Specials,
  Classes,
}

@unmanaged
export class TableFile {
  magic: u64;
  words: u8;
  contractions: u8;
  digits: u8;
  tail: u8;
  newlines: u8;
  lastSpaces: u8;
  wholePieces: u8;
  /** The text is to be put into NFC first; the host's to do. */
  normalized: u8;
  /** Merges, from the rank of 0 on. */
  merges: u32;
  /** Tokens that no merge makes, and their bytes together. */
  extra: u32;
  extraBytes: u32;
  /** Runs of ids that follow one another; none: ids are indices. */
  idRuns: u32;
  specials: u32;
  specialBytes: u32;
  classBytes: u32;
  reserved: u32;

  get start(): usize {
    return changetype<usize>(this);
  }

  /** 256 bytes: that of each of the first tokens. */
  get byteTokens(): usize {
    return this.start + offsetof<TableFile>();
  }

  /** Six planes of a byte for each merge: left part, high to low, then right part. */
  get planes(): usize {
    return this.byteTokens + 256;
  }

  /** Lengths of the extra tokens, u16, then their bytes. */
  get extras(): usize {
    return this.planes + 6 * <usize>this.merges;
  }

  /** First id and how many, u32 each. */
  get ids(): usize {
    return this.extras + 2 * <usize>this.extra + this.extraBytes;
  }

  /** Id u32, sets u16, length u16 of each, then their bytes. */
  get special(): usize {
    return this.ids + 8 * <usize>this.idRuns;
  }

  /** Runs of characters: how many << 4 | class, seven bits a byte, low ones first. */
  get classes(): usize {
    return this.special + 8 * <usize>this.specials + this.specialBytes;
  }

  /** What its head says of it is possible and adds up to its size. */
  check(length: u32): Fault {
    if (length < offsetof<TableFile>() || this.magic != MAGIC) return Fault.Format;
    if (this.merges > MOST_TOKENS - 256 || this.extra > MOST_IDS || this.idRuns > MOST_IDS || this.specials > MOST_SPECIALS) return Fault.Size;
    if (this.extraBytes > length || this.specialBytes > length || this.classBytes > length) return Fault.Size;
    if (this.classes + this.classBytes != this.start + length) return Fault.Size;
    if (this.words > <u8>Words.Apart || this.contractions > <u8>Contractions.Trailing || this.tail > <u8>Tail.NewlinesAndSlashes) return Fault.Rules;
    if (!this.digits != (this.words == <u8>Words.Spaced) || this.newlines > 1 || this.lastSpaces > 1 || this.wholePieces > 1 || this.normalized > 1) {
      return Fault.Rules;
    }
    return Fault.None;
  }
}
