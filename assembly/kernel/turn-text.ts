import { agentPlanAt } from "../definition/plan";
import { termAt } from "../flow/term";
import { PartKind, PartRole } from "../protocol/types";
import { Builder } from "../text/builder";
import { isOwn, isShown, shownText } from "./emit";
import { Run } from "./run";
import { textBytes, textLength } from "./text";
import { Part, partAt } from "./transcript";

// A turn as sessions keep it: {"agent": its name, "parts": [{"role", "kind", "text", "id", "name", "metadata"}]}. `kind` is left out of text,
// and everything that is empty. A group's turns have `@` and the path of its term in place of a name, and all that was said is there with the
// speaker's name before it, as somebody who is not of the group would be shown it.

/** Writes the parts from `first` on; `group`: index + 1 of the group's term, or 0. */
export function writeTurn(to: Builder, run: Run, agent: u32, group: u32, first: u32): void {
  to.ascii('{"agent":');
  if (group) {
    const term = termAt(run.plan.flow, group - 1);
    // A path is of names and dots: nothing in it has to be escaped.
    to.ascii('"@').bytes(term.path, term.pathLength).byte(0x22);
  } else {
    const plan = agentPlanAt(run.plan, agent);
    to.json(plan.name, plan.nameLength);
  }
  to.ascii(',"parts":[');
  const reader = group ? u32.MAX_VALUE : agent;
  let count = 0;
  for (let ref = first; ref; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    if (!isShown(part, reader)) continue;
    if (count++) to.byte(0x2c);
    writePart(to, run, part, reader);
  }
  to.ascii("]}");
}

function writePart(to: Builder, run: Run, part: Part, reader: u32): void {
  const own = isOwn(part, reader);
  to.ascii('{"role":"')
    .ascii(own ? roleWord(part.role) : "user")
    .byte(0x22);
  if (!own) {
    const shown = shownText(run, part, reader);
    to.ascii(',"text":').json(shown.at, shown.length).byte(0x7d);
    return;
  }
  if (part.kind != <u8>PartKind.Text) to.ascii(',"kind":"').ascii(kindWord(part.kind)).byte(0x22);
  writeField(to, run, "text", part.text);
  writeField(to, run, "id", part.id);
  writeField(to, run, "name", part.name);
  writeField(to, run, "metadata", part.metadata);
  to.byte(0x7d);
}

function writeField(to: Builder, run: Run, name: string, text: u32): void {
  if (text) to.ascii(',"').ascii(name).ascii('":').json(textBytes(run, text), textLength(run, text));
}

export function roleWord(role: u32): string {
  return role == <u32>PartRole.Assistant ? "assistant" : role == <u32>PartRole.Tool ? "tool" : "user";
}

export function kindWord(kind: u32): string {
  switch (<PartKind>kind) {
    case PartKind.Reasoning:
      return "reasoning";
    case PartKind.ToolCall:
      return "tool-call";
    case PartKind.ToolResult:
      return "tool-result";
    case PartKind.ToolError:
      return "tool-error";
    default:
      return "text";
  }
}
