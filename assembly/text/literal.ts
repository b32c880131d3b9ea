// A text literal is ASCII with a zero behind it, wherever the build has laid it down: tools/literals.mjs. In the source its type is `string`,
// of which nothing else holds: not its `length`, nor any method.

export function literalAt(literal: string): usize {
  return changetype<usize>(literal);
}

export function literalLength(literal: string): u32 {
  const from = changetype<usize>(literal);
  let end = from;
  while (load<u8>(end)) end++;
  return <u32>(end - from);
}

/** The place of a word, which is not empty, in a literal of words that each end in a space, from 1; 0 if it is not there. */
export function placeIn(words: string, at: usize, length: u32): u32 {
  let place: u32 = 1;
  let matched: u32 = 0;
  for (let each = literalAt(words); load<u8>(each); each++) {
    const c = <u32>load<u8>(each);
    if (c == 0x20) {
      if (matched == length) return place;
      matched = 0;
      place++;
    } else if (matched < length && load<u8>(at + matched) == c) matched++;
    else matched = u32.MAX_VALUE;
  }
  return 0;
}
