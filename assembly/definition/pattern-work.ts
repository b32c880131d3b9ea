import { Doc, DocType } from "./doc";
import { copyDoc, docAt, removeChild } from "./edit";
import { agentUnder, membersUnder, onlyOf, roleUnder } from "./pattern-members";
import { complainMissing, parameter, thePlace } from "./pattern-scope";
import { inSequence, mapWith, put, putCopy, putWord, textDoc } from "./pattern-terms";
import { Key, Role } from "./table";

// planning, mapreduce, nested: work that is cut up, or done elsewhere.

export function expandPlanning(): Doc | null {
  const planner = roleUnder(Key.Planner, Role.Planner);
  const executors = membersUnder(Key.Executors, Key.Agents);
  if (planner === null || executors === null) return null;
  return mapWith(Key.Plan, put(mapWith(Key.Planner, planner), Key.Executors, executors));
}

export function expandMapReduce(): Doc | null {
  const mappers = membersUnder(Key.Mapper, Key.None);
  const reducer = readReducer();
  if (mappers === null || reducer === null) return null;
  const each = putWord(docAt(thePlace(), DocType.Map), Key.Over, "$input");
  let work = mappers;
  if (mappers.count == 1) {
    work = mappers.firstChild()!;
    removeChild(mappers, work);
  }
  put(each, Key.Do, work);
  putCopy(each, Key.MaxConcurrency, parameter(Key.MaxConcurrency));
  return inSequence(mapWith(Key.Map, each), reducer);
}

/** The one that is named, else the one aggregator of the file. */
function readReducer(): Doc | null {
  const only = onlyOf(Role.Aggregator);
  if (only !== null && parameter(Key.Reducer) === null) return textDoc(only, only.textAt, only.textLength);
  return agentUnder(Key.Reducer, true);
}

export function expandNested(): Doc | null {
  const definition = parameter(Key.Definition);
  if (definition !== null) return mapWith(Key.Use, copyDoc(definition));
  complainMissing(Key.Definition);
  return null;
}
