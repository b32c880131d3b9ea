import { sameBytes } from "../text/slice";
import { child, Doc, DocType } from "./doc";
import { addChild, namesake, removeChild, replaceChild } from "./edit";
import { Key } from "./table";

// Several files as one, in the order given (R2): maps key by key, agents by name, everything else replaced. All are in canonical spelling.

export function merge(into: Doc, from: Doc): void {
  for (let entry: Doc | null = from.firstChild(); entry !== null; ) {
    const next = entry.nextSibling();
    removeChild(from, entry);
    mergeEntry(into, entry);
    entry = next;
  }
}

function mergeEntry(into: Doc, entry: Doc): void {
  const mine = namesake(into, entry);
  if (mine === null) addChild(into, entry);
  else if (mine.type == <u8>DocType.Map && entry.type == <u8>DocType.Map) merge(mine, entry);
  else if (entry.key == Key.Agents && !into.parent && mine.type == <u8>DocType.List && entry.type == <u8>DocType.List) mergeAgents(mine, entry);
  else replaceChild(into, mine, entry);
}

/** Only what the earlier files had can be met: two agents of one name in one file stay two, and are refused later. */
function mergeAgents(into: Doc, from: Doc): void {
  const had = into.count;
  for (let agent: Doc | null = from.firstChild(); agent !== null; ) {
    const next = agent.nextSibling();
    removeChild(from, agent);
    const mine = agentNamed(into, had, child(agent, Key.Name));
    if (mine === null || agent.type != <u8>DocType.Map) addChild(into, agent);
    else merge(mine, agent);
    agent = next;
  }
}

function agentNamed(list: Doc, among: u32, name: Doc | null): Doc | null {
  if (name === null) return null;
  for (let agent: Doc | null = list.firstChild(); agent !== null && among; agent = agent!.nextSibling(), among--) {
    const other = child(agent, Key.Name);
    if (other !== null && sameBytes(other.textAt, other.textLength, name.textAt, name.textLength)) return agent;
  }
  return null;
}
