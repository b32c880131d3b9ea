import { child, Doc, DocType, textOf } from "./doc";
import { docAt, isText, removeChild } from "./edit";
import { differentMembers } from "./pattern-members";
import { parameter, refusePart, theConfig, theRoot } from "./pattern-scope";
import { mapWith, put, putCopy, putWord } from "./pattern-terms";
import { settleSpellings } from "./spelling";
import { Key } from "./table";

// supervisor: somebody picks who goes on, round by round. What it needs to know may stand under `supervisor`, too.

export function expandSupervisor(): Doc | null {
  const rounds = ruling(Key.MaxRounds);
  const routing = ruling(Key.RoutingStrategy);
  const prompt = ruling(Key.SystemPrompt);
  const onError = ruling(Key.FailureMode);
  const supervisor = child(theRoot(), Key.Supervisor);
  const members = differentMembers();
  const asks = routing === null || isText(routing, "best_match");
  if (!asks && prompt !== null) refusePart(prompt, Key.RoutingStrategy, "best_match");
  if (members === null) return null;
  const supervise = mapWith(Key.Members, members);
  if (!asks) putCopy(supervise, Key.By, routing);
  else if (prompt !== null) put(supervise, Key.By, putCopy(docAt(prompt, DocType.Map), Key.Prompt, prompt));
  const model = parameter(Key.Model);
  putCopy(supervise, Key.Model, model === null ? child(supervisor, Key.Model) : model);
  putCopy(supervise, Key.MaxRounds, rounds);
  putCopy(supervise, Key.OnMemberError, onError);
  const node = mapWith(Key.Supervise, supervise);
  const name = textOf(supervisor, Key.Name);
  return name === null ? putWord(node, Key.Name, "supervisor") : putCopy(node, Key.Name, name);
}

/** A parameter that may stand under `supervisor`, where it is taken away: it has gone into the flow. */
function ruling(key: u32): Doc | null {
  const supervisor = child(theRoot(), Key.Supervisor);
  const outer = child(supervisor, key);
  const own = child(theConfig(), key);
  if (outer === null) return own;
  if (own !== null) settleSpellings(own, outer);
  removeChild(supervisor!, outer);
  return own === null ? outer : own;
}
