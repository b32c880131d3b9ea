import { findAgent } from "./agents";
import { child, Doc, DocType, textOf } from "./doc";
import { addChild, docAt, isText, setName } from "./edit";
import { agentUnder, complainNoMember, differentMembers, isMember } from "./pattern-members";
import { parameter, theConfig, theRoot } from "./pattern-scope";
import { mapWith, put, putCopy, putWord, textDoc } from "./pattern-terms";
import { Key } from "./table";

// swarm: members pass the conversation on.

export function expandSwarm(): Doc | null {
  const members = differentMembers();
  const entry = agentUnder(Key.Entry, false);
  if (members === null) return null;
  if (entry !== null && !isMember(members, entry)) complainNoMember(members, parameter(Key.Entry)!);
  const transfers = transfersOf(members);
  const handoff = mapWith(Key.Members, members);
  if (entry !== null) put(handoff, Key.Entry, entry);
  putCopy(handoff, Key.MaxHops, parameter(Key.MaxHandoffs));
  if (transfers.count) put(handoff, Key.Transfers, transfers);
  const node = mapWith(Key.Handoff, handoff);
  return isText(textOf(theConfig(), Key.SharedState), "none") ? putWord(node, Key.Share, "none") : node;
}

/** Member → whom it may hand over to, of those that say so. */
function transfersOf(members: Doc): Doc {
  const all = docAt(members, DocType.Map);
  for (let member: Doc | null = members.firstChild(); member !== null; member = member!.nextSibling()) {
    const own = child(findAgent(theRoot(), member.textAt, member.textLength), Key.Transfers);
    if (own === null || own.type != <u8>DocType.List) continue;
    const names = docAt(own, DocType.List);
    for (let name: Doc | null = own.firstChild(); name !== null; name = name!.nextSibling()) {
      if (!isMember(members, name)) complainNoMember(members, name);
      addChild(names, textDoc(name, name.textAt, name.textLength));
    }
    setName(names, member.textAt, member.textLength);
    addChild(all, names);
  }
  return all;
}
