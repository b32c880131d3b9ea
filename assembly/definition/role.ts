import { isWord } from "../text/slice";
import { Doc, DocType } from "./doc";
import { choicePosition, choiceWord, entryOf, entrySpec, isTableWord, specA, specB } from "./grammar";
import { Key, ROOT_SPEC } from "./table";

// An agent's role as a bit: 1 << its place among the built-in roles. 0 is a role of the host's.

/** Bit of `react`, the role of an agent that names none. */
const REACT: u32 = 1 << 2;

/** The role of an agent whatever its spelling: this is asked before spellings are settled, too. */
export function roleMaskOf(agent: Doc): u32 {
  for (let entry: Doc | null = agent.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    const isRole = isWord(entry.nameAt, entry.nameLength, "role") || isWord(entry.nameAt, entry.nameLength, "type");
    if (isRole && entry.type == <u8>DocType.String) return maskOf(entry);
  }
  return REACT;
}

function maskOf(role: Doc): u32 {
  const agents = entrySpec(entryOf(specA(ROOT_SPEC), Key.Agents));
  const spec = entrySpec(entryOf(specA(specA(agents)), Key.Role));
  const first = specA(spec);
  const count = specB(spec);
  for (let i: u32 = 0; i < count; i++) if (isTableWord(role.textAt, role.textLength, choiceWord(first + i))) return 1 << choicePosition(first + i);
  return 0;
}
