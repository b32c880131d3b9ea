import { isWord, sameBytes } from "../text/slice";
import { Builder } from "../text/builder";
import { Doc, DocType, integerOf, textOf } from "./doc";
import { addChild, docAt } from "./edit";
import { agentUnder, membersUnder } from "./pattern-members";
import { theConfig } from "./pattern-scope";
import { agentNode, builtDoc, inSequence, joinBy, mapWith, put, putInteger, putWord, referenceTo } from "./pattern-terms";
import { Key } from "./table";

// debate: each says what it thinks, then answers the others, until all agree.

export function expandDebate(): Doc | null {
  const members = membersUnder(Key.Agents, Key.None);
  const judge = agentUnder(Key.Judge, false);
  if (members === null) return null;
  const steps = docAt(members, DocType.List);
  const answers = docAt(members, DocType.List);
  for (let member: Doc | null = members.firstChild(); member !== null; ) {
    const next = member.nextSibling();
    const name = nameIn(steps, member);
    addChild(answers, referenceTo(name));
    addChild(steps, put(agentNode(member), Key.As, name));
    member = next;
  }
  addChild(steps, put(joinBy(members, "voting_majority"), Key.Input, answers));
  const loop = mapWith(Key.Do, mapWith(Key.Sequence, steps));
  putWord(loop, Key.Until, "agreement >= 1");
  putInteger(loop, Key.Max, integerOf(theConfig(), Key.Rounds, 3));
  const node = mapWith(Key.Loop, loop);
  return putWord(judge === null ? node : inSequence(node, judge), Key.Share, "group");
}

const built: Builder = changetype<Builder>(memory.data(16));

/** A name for what a member says: its own, unless that has been given or means something else. */
function nameIn(steps: Doc, member: Doc): Doc {
  let number: u64 = 1;
  do {
    built.clear().bytes(member.textAt, member.textLength);
    if (number > 1) built.byte(0x2d).integer(number);
    number++;
  } while (isTaken(steps));
  return builtDoc(member, built);
}

function isTaken(steps: Doc): bool {
  for (let step: Doc | null = steps.firstChild(); step !== null; step = step!.nextSibling()) {
    const name = textOf(step, Key.As)!;
    if (sameBytes(name.textAt, name.textLength, built.at, built.length)) return true;
  }
  return isReserved("input") || isReserved("prev") || isReserved("item") || isReserved("last");
}

function isReserved(word: string): bool {
  return isWord(built.at, built.length, word);
}
