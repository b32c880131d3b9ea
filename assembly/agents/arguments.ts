import { ToolPlan } from "../definition/plan";
import { JsonError, JsonKind } from "../json/node";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { checkSchema } from "../schema/check";
import { fillDefaults } from "../schema/default";
import { writeProblems } from "../schema/problem";
import { Schema } from "../schema/schema";
import { scratch } from "../memory/scratch";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, newText, textBytes, textLength } from "../kernel/text";
import { Part } from "../kernel/transcript";

// What a model wants to call a tool with, checked before the tool sees it.

/** Whether a call's arguments are good, defaults filled in; if not, `words` tells the model what to mend. */
export function checkArguments(run: Run, tool: ToolPlan, call: Part): bool {
  if (!call.text) {
    words.clear().ascii("{}");
    call.text = newText(run, words.at, words.length);
  }
  const fit = check(tool, textBytes(run, call.text), textLength(run, call.text));
  if (fit == Fit.Filled) {
    dropText(run, call.text);
    call.text = newText(run, words.at, words.length);
  }
  return fit != Fit.Bad;
}

/** The same of what a person has the tool called with: a text, or 0, with `words`. */
export function checkEdited(run: Run, tool: ToolPlan, at: usize, length: u32): u32 {
  const fit = check(tool, at, length);
  if (fit == Fit.Bad) return 0;
  return fit == Fit.Filled ? newText(run, words.at, words.length) : newText(run, at, length);
}

const enum Fit {
  /** `words` says why. */
  Bad,
  Good,
  /** With its defaults it is what `words` holds. */
  Filled,
}

function check(tool: ToolPlan, at: usize, length: u32): Fit {
  scratch.free();
  const json = readJson(scratch, at, length);
  if (json.error != JsonError.None) {
    words.clear().ascii("the arguments are not JSON: they break off or go wrong at byte ").integer(json.offset);
    return Fit.Bad;
  }
  const root = json.root;
  if (root === null || root.kind != JsonKind.Object) {
    words.clear().ascii("the arguments must be a JSON object");
    return Fit.Bad;
  }
  if (!tool.schema) return Fit.Good;
  const schema = changetype<Schema>(tool.schema);
  const filled = fillDefaults(scratch, schema, root);
  const problems = checkSchema(scratch, schema, root);
  if (changetype<usize>(problems)) {
    words.clear().ascii("the arguments do not fit the tool's schema; mend them and call again:\n");
    writeProblems(words, problems);
    return Fit.Bad;
  }
  if (filled) writeJson(words.clear(), root);
  return filled ? Fit.Filled : Fit.Good;
}
