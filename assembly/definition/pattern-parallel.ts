import { choiceOf, Doc, DocType, textOf } from "./doc";
import { docAt, isText } from "./edit";
import { memberFor, membersUnder } from "./pattern-members";
import { parameter, refuseBoth, theConfig, thePlace } from "./pattern-scope";
import { atOnce, inSequence, joinBy, mapWith, put, putCopy, putWord } from "./pattern-terms";
import { Key, Vote } from "./table";

// Patterns whose members all get the same input, or one the other's output.

export function expandSequential(): Doc | null {
  const members = membersUnder(Key.Agents, Key.None);
  return members === null ? null : mapWith(Key.Sequence, members);
}

export function expandParallel(): Doc | null {
  const members = membersUnder(Key.Agents, Key.None);
  const how = textOf(theConfig(), Key.Aggregation);
  let last: Doc | null = null;
  if (how !== null && !isText(how, "merge") && !isText(how, "first_success")) {
    if (isText(how, "concat")) last = joinBy(how, "concatenate");
    else if (isText(how, "voting")) last = joinBy(how, "voting_majority");
    else {
      last = memberFor(how, false);
      if (last === null) return null;
    }
  }
  if (members === null) return null;
  const node = atOnce(members);
  const parallel = node.firstChild()!;
  if (isText(how, "first_success")) putWord(parallel, Key.Join, "first");
  putCopy(parallel, Key.FailFast, parameter(Key.FailFast));
  // What has arrived by then goes on.
  putCopy(node, Key.Deadline, parameter(Key.Timeout));
  return last === null ? node : inSequence(node, last);
}

export function expandEnsemble(): Doc | null {
  const members = membersUnder(Key.Models, Key.Agents);
  if (members === null) return null;
  const join = joinBy(thePlace(), voteWord(choiceOf(theConfig(), Key.VotingStrategy, Vote.Majority)));
  const threshold = parameter(Key.Threshold);
  if (threshold !== null) putCopy(join.firstChild()!, Key.Threshold, threshold);
  else {
    const half = docAt(join, DocType.Decimal);
    half.number = 500_000_000;
    put(join.firstChild()!, Key.Threshold, half);
  }
  return inSequence(atOnce(members), join);
}

export function expandAggregation(): Doc | null {
  const members = membersUnder(Key.Agents, Key.None);
  const named = parameter(Key.Aggregator);
  const strategy = parameter(Key.Strategy);
  // Who joins the answers has a strategy of its own.
  refuseBoth(Key.Strategy, Key.Aggregator);
  let last: Doc | null = null;
  if (named !== null) last = memberFor(named, false);
  else if (strategy !== null) last = mapWith(Key.Join, putCopy(docAt(strategy, DocType.Map), Key.Strategy, strategy));
  else last = joinBy(thePlace(), "consensus");
  return members === null || last === null ? null : inSequence(atOnce(members), last);
}

function voteWord(vote: u32): string {
  switch (vote) {
    case Vote.Weighted:
      return "voting_weighted";
    case Vote.Unanimous:
      return "voting_unanimous";
    case Vote.Confidence:
      return "voting_confidence";
    default:
      return "voting_majority";
  }
}
