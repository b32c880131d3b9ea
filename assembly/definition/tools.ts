import { isWord, sameBytes } from "../text/slice";
import { child, choiceOf, Doc, DocType, firstItem, integerOf, textOf } from "./doc";
import { hostTextAt, hostTextLength } from "./agents";
import { putInteger, putWord } from "./pattern-terms";
import { complain, complainKey } from "./problems";
import { theRoot } from "./spelling";
import { Effect, Key, Message, OnUnknown } from "./table";

// Tools of an agent: names, handlers, what their class allows.

let hostTools: usize = 0;
let hostToolCount: u32 = 0;
let hostToolsKnown: bool = false;

/** What the host has handlers for; `known` is false if it only looks at a file, and has not said. */
export function setHostTools(tools: usize, count: u32, known: bool): void {
  hostTools = tools;
  hostToolCount = count;
  hostToolsKnown = known;
}

/** `callable`: the agent's model may call them. */
export function checkTools(agent: Doc, callable: bool): void {
  for (let tool: Doc | null = firstItem(agent, Key.Tools); tool !== null; tool = tool!.nextSibling()) {
    if (tool.type != <u8>DocType.Map) continue;
    const name = textOf(tool, Key.Name);
    const worksOnStore = settleStore(tool);
    if (name !== null) {
      checkUnique(agent, tool, name);
      if (callable && hostToolsKnown && !worksOnStore && !hasHandler(name)) {
        complain(Message.NoHandler, name);
      }
    }
    if (choiceOf(tool, Key.Effect, Effect.Once) != Effect.Once) continue;
    const retry = child(tool, Key.Retry);
    if (retry !== null) complainKey(Message.RetryOnce, retry);
    if (choiceOf(tool, Key.OnUnknown, OnUnknown.Tell) == OnUnknown.Retry) {
      complain(Message.UnknownOnce, child(tool, Key.OnUnknown)!);
    }
  }
}

/** What a tool does with a store, by its arguments if it does not say (R18); false: nothing that is known. */
function settleStore(tool: Doc): bool {
  const store = child(tool, Key.Vectorstore);
  if (store === null || store.type != <u8>DocType.Map) return false;
  if (child(store, Key.TopK) === null) putInteger(store, Key.TopK, integerOf(child(theRoot(), Key.Vectorstore), Key.DefaultTopK, 5));
  if (child(store, Key.Operation) !== null) return true;
  const takes = named(child(tool, Key.InputSchema), "properties");
  if (named(takes, "query") !== null) putWord(store, Key.Operation, "search");
  else if (named(takes, "content") !== null || named(takes, "text") !== null) putWord(store, Key.Operation, "index");
  else if (named(takes, "id") !== null || named(takes, "document_id") !== null) putWord(store, Key.Operation, "get");
  else return false;
  return true;
}

function named(map: Doc | null, word: string): Doc | null {
  if (map === null || map.type != <u8>DocType.Map) return null;
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling()) if (isWord(entry.nameAt, entry.nameLength, word)) return entry;
  return null;
}

function checkUnique(agent: Doc, tool: Doc, name: Doc): void {
  for (let other: Doc | null = firstItem(agent, Key.Tools); other !== null && other !== tool; other = other!.nextSibling()) {
    const taken = textOf(other, Key.Name);
    if (taken === null || !sameBytes(taken.textAt, taken.textLength, name.textAt, name.textLength)) continue;
    complain(Message.DuplicateTool, name);
    return;
  }
}

function hasHandler(name: Doc): bool {
  for (let i: u32 = 0; i < hostToolCount; i++) if (sameBytes(hostTextAt(hostTools, i), hostTextLength(hostTools, i), name.textAt, name.textLength)) return true;
  return false;
}
