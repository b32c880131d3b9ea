// How many tokens a text probably is, for models whose tokenizer is not public. Weights are thousandths of a token for what tokenizers have
// in common; they fit the middle of seven tokenizers, and docs/tokens.md says how far each is from it. No tokenizer of bytes makes more tokens
// than there are bytes.

namespace Weight {
  /** A run of ASCII letters, each of its letters beyond the fifth, and each capital behind a small one. */
  export const WORD: u32 = 985;
  export const LETTER: u32 = 124;
  export const HUMP: u32 = 645;
  /** Three digits or less. */
  export const DIGITS: u32 = 1630;
  /** White space other than one space, and each character of it behind the first. */
  export const SPACES: u32 = 1567;
  export const SPACE: u32 = 43;
  /** A run of one sign, and each one behind the first. */
  export const SIGN: u32 = 584;
  export const AGAIN: u32 = 62;
  /** Other characters, by their bytes: up to U+07FF; kana and other signs of CJK; ideographs; Hangul; other ones; beyond U+FFFF. */
  export const SECOND: u32 = 437;
  export const KANA: u32 = 627;
  export const IDEOGRAPH: u32 = 932;
  export const HANGUL: u32 = 893;
  export const THIRD: u32 = 765;
  export const FOURTH: u32 = 2195;
}

const FREE_LETTERS: u32 = 5;

/** At most the bytes there are, and at least 1 if there are any. */
export function estimateTokens(at: usize, length: u32): u32 {
  const end = at + length;
  let weight: u64 = 0;
  while (at < end) {
    const byte = <u32>load<u8>(at);
    let next = at + 1;
    if (byte >= 0x80) weight += weightOfLead(byte);
    else if (isLetter(byte)) {
      for (; next < end && isLetter(load<u8>(next)); next++) if (load<u8>(next) < 0x61 && load<u8>(next - 1) >= 0x61) weight += Weight.HUMP;
      const letters = <u32>(next - at);
      weight += Weight.WORD + <u64>(letters > FREE_LETTERS ? letters - FREE_LETTERS : 0) * Weight.LETTER;
    } else if (isDigit(byte)) {
      while (next < end && isDigit(load<u8>(next))) next++;
      weight += (<u64>(next - at + 2) / 3) * Weight.DIGITS;
    } else if (isWhite(byte)) {
      while (next < end && isWhite(load<u8>(next))) next++;
      if (next - at > 1 || byte != 0x20) weight += Weight.SPACES + <u64>(next - at - 1) * Weight.SPACE;
    } else {
      while (next < end && load<u8>(next) == byte) next++;
      weight += Weight.SIGN + <u64>(next - at - 1) * Weight.AGAIN;
    }
    at = next;
  }
  return min(<u32>((weight + 999) / 1000), length);
}

/** Of a character beyond ASCII, by its first byte; 0: the byte is a later one. */
function weightOfLead(lead: u32): u32 {
  if (lead < 0xc0) return 0;
  if (lead < 0xe0) return Weight.SECOND;
  if (lead >= 0xf0) return Weight.FOURTH;
  if (lead == 0xe3) return Weight.KANA;
  if (lead >= 0xe4 && lead <= 0xe9) return Weight.IDEOGRAPH;
  return lead >= 0xea && lead <= 0xed ? Weight.HANGUL : Weight.THIRD;
}

function isLetter(byte: u32): bool {
  return (byte | 32) - 0x61 < 26;
}

function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

function isWhite(byte: u32): bool {
  return byte == 0x20 || byte - 9 < 5;
}

/** What the usage that a model's provider reports says of the estimates for it. A new one, all zeros, says nothing. */
@unmanaged
export class Correction {
  /** Tokens estimated and reported, of the last texts. */
  estimated: u32;
  reported: u32;

  /** A text was estimated, without correction, and then reported. What is far off was not about this text alone. */
  learn(estimated: u32, reported: u32): void {
    if (!estimated || reported < estimated >> 2 || reported > (<u64>estimated) << 2) return;
    let sum = <u64>this.estimated + estimated;
    let told = <u64>this.reported + reported;
    // What is older counts half, a quarter, and so on.
    while (sum > WINDOW) {
      sum >>= 1;
      told >>= 1;
    }
    this.estimated = <u32>sum;
    this.reported = <u32>told;
  }

  /** A corrected estimate. One short text moves it little. */
  apply(estimate: u32): u32 {
    const estimated = <u64>this.estimated + PRIOR;
    return <u32>min<u64>((<u64>estimate * (<u64>this.reported + PRIOR) + estimated - 1) / estimated, u32.MAX_VALUE);
  }
}

const WINDOW: u64 = 1 << 18;
/** Tokens that every model is taken to have agreed on. */
const PRIOR: u64 = 1000;
