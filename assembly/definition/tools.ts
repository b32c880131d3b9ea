import { sameBytes } from "../text/slice";
import { child, choiceOf, Doc, DocType, firstItem, textOf } from "./doc";
import { hostTextAt, hostTextLength } from "./agents";
import { complain, warn } from "./problems";
import { Effect, Key, OnUnknown } from "./table";

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
        warn("no-handler", name, false).ascii("the host has no tool `").bytes(name.textAt, name.textLength).ascii("`: calls of it will fail");
      }
    }
    if (choiceOf(tool, Key.Effect, Effect.Once) != Effect.Once) continue;
    const retry = child(tool, Key.Retry);
    if (retry !== null) complain("bad-combination", retry, true).ascii("a tool of effect `once` is never run again: `retry` needs `effect: idempotent` or `pure`");
    if (choiceOf(tool, Key.OnUnknown, OnUnknown.Tell) == OnUnknown.Retry) {
      complain("bad-combination", child(tool, Key.OnUnknown)!, false).ascii("a tool of effect `once` is never run again: `on_unknown: retry` needs `effect: idempotent` or `pure`");
    }
  }
}

function checkUnique(agent: Doc, tool: Doc, name: Doc): void {
  for (let other: Doc | null = firstItem(agent, Key.Tools); other !== null && other !== tool; other = other!.nextSibling()) {
    const taken = textOf(other, Key.Name);
    if (taken === null || !sameBytes(taken.textAt, taken.textLength, name.textAt, name.textLength)) continue;
    complain("duplicate-tool", name, false).ascii("the agent has two tools `").bytes(name.textAt, name.textLength).ascii("`");
    return;
  }
}

function hasHandler(name: Doc): bool {
  for (let i: u32 = 0; i < hostToolCount; i++) if (sameBytes(hostTextAt(hostTools, i), hostTextLength(hostTools, i), name.textAt, name.textLength)) return true;
  return false;
}
