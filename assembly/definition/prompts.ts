import { Arena } from "../memory/arena";
import { compilePrompt, gapName, gapNameLength, hasGap, unknownGap } from "../prompts/override";
import { GAP_COUNT, PROMPT_COUNT } from "../prompts/table";
import { newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { Doc, DocFlag, DocType, child, firstItem } from "./doc";
import { entryOf, entrySpec, shapeStart, specA } from "./grammar";
import { WORD_SLIP, found, foundAt, foundLength, offer, seek } from "./nearest";
import { complain, put, suggest } from "./problems";
import { Key, Message, ROOT_SPEC } from "./table";

// `prompts:` of the definition and of agents: texts that replace the core's.

const text = newBuilder();

export function checkPrompts(root: Doc): void {
  checkTexts(child(root, Key.Prompts));
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) checkTexts(child(agent, Key.Prompts));
}

function checkTexts(prompts: Doc | null): void {
  if (prompts === null || prompts.type != <u8>DocType.Map) return;
  for (let each: Doc | null = prompts.firstChild(); each !== null; each = each!.nextSibling()) {
    if (!isUsable(each)) continue;
    const prompt = promptOf(each);
    compilePrompt(text.clear(), prompt, each.textAt, each.textLength);
    if (!unknownGap.length) continue;
    seek(unknownGap.at, unknownGap.length, WORD_SLIP);
    for (let gap: u32 = 0; gap < GAP_COUNT; gap++) if (hasGap(prompt, gap)) offer(gapName(gap), gapNameLength(gap));
    complain(Message.UnknownGap, each);
    put(unknownGap.at, unknownGap.length);
    if (found()) suggest(foundAt(), foundLength());
  }
}

function isUsable(doc: Doc): bool {
  return doc.type == <u8>DocType.String && !doc.is(DocFlag.Unset);
}

/** The schema has its keys in the order of the core's texts. */
function promptOf(entry: Doc): u32 {
  const shape = specA(entrySpec(entryOf(specA(ROOT_SPEC), Key.Prompts)));
  const prompt = entryOf(shape, entry.key) - shapeStart(shape);
  assert(prompt < PROMPT_COUNT);
  return prompt;
}

/** Slice[PROMPT_COUNT] of what is replaced, over those of `base`; `base` itself if nothing is. */
export function readPrompts(prompts: Doc | null, base: usize, arena: Arena): usize {
  if (prompts === null || !prompts.count) return base;
  const texts = arena.allocate(PROMPT_COUNT * offsetof<Slice>());
  if (base) memory.copy(texts, base, PROMPT_COUNT * offsetof<Slice>());
  for (let each: Doc | null = prompts.firstChild(); each !== null; each = each!.nextSibling()) {
    if (!isUsable(each)) continue;
    const prompt = promptOf(each);
    compilePrompt(text.clear(), prompt, each.textAt, each.textLength);
    const slice = changetype<Slice>(texts + prompt * offsetof<Slice>());
    slice.at = arena.copy(text.at, text.length);
    slice.length = text.length;
  }
  return texts;
}
