import { isWord, startsWithWord } from "../text/slice";
import { literalLength } from "../text/literal";

// Which encoding a model's texts are counted by, as OpenAI's tiktoken has it. Models of others are not here: their tokenizers are files that
// the user has, or not public.

export const enum Encoding {
  /** No public one is known. */
  None,
  O200k,
  O200kHarmony,
  Cl100k,
  /** There is one, and nobody outside has it. */
  Secret,
}

/** The encoding of a model's name, "gpt-4o-mini" or "openai/gpt-4o-mini". */
export function encodingOf(name: usize, length: u32): Encoding {
  for (let i: u32 = length; i > 0; i--) {
    if (load<u8>(name + i - 1) == 0x2f) {
      name += i;
      length -= i;
      break;
    }
  }
  if (startsWithWord(name, length, "ft:")) {
    name += 3;
    length -= 3;
  }
  // The more exact beginnings come first.
  if (startsWithWord(name, length, "gpt-oss")) return Encoding.O200kHarmony;
  if (startsWithWord(name, length, "gpt-4o") || startsWithWord(name, length, "gpt-4.") || startsWithWord(name, length, "gpt-5")) return Encoding.O200k;
  if (startsWithWord(name, length, "chatgpt-4o") || isFamily(name, length, "o1") || isFamily(name, length, "o3") || isFamily(name, length, "o4-mini")) {
    return Encoding.O200k;
  }
  if (isFamily(name, length, "gpt-4") || startsWithWord(name, length, "gpt-3.5") || isFamily(name, length, "gpt-35-turbo")) return Encoding.Cl100k;
  if (startsWithWord(name, length, "text-embedding-") || isFamily(name, length, "davinci-002") || isFamily(name, length, "babbage-002")) {
    return Encoding.Cl100k;
  }
  // With whatever in front: us.anthropic.claude-…
  for (let i: u32 = 0; i < length; i++) {
    const at = name + i;
    const left = length - i;
    if (startsWithWord(at, left, "claude") || startsWithWord(at, left, "gemini") || startsWithWord(at, left, "grok")) return Encoding.Secret;
  }
  return Encoding.None;
}

/** The model of that name or one whose name goes on behind a hyphen or colon. */
function isFamily(name: usize, length: u32, family: string): bool {
  if (!startsWithWord(name, length, family)) return false;
  if (isWord(name, length, family)) return true;
  const next = load<u8>(name + literalLength(family));
  return next == 0x2d || next == 0x3a;
}
