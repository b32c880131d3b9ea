import { sameBytes } from "../text/slice";
import { child, choiceOf, Doc, DocType, firstItem, textOf } from "./doc";
import { hostTextAt, hostTextLength } from "./agents";
import { complain, complainKey } from "./problems";
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
    if (name !== null) {
      checkUnique(agent, tool, name);
      if (callable && hostToolsKnown && child(tool, Key.Vectorstore) === null && !hasHandler(name)) {
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
