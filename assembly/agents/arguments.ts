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
  scratch.free();
  const json = readJson(scratch, textBytes(run, call.text), textLength(run, call.text));
  if (json.error != JsonError.None) {
    words.clear().ascii("the arguments are not JSON: they break off or go wrong at byte ").integer(json.offset);
    return false;
  }
  const root = json.root;
  if (root === null || root.kind != JsonKind.Object) {
    words.clear().ascii("the arguments must be a JSON object");
    return false;
  }
  if (!tool.schema) return true;
  const schema = changetype<Schema>(tool.schema);
  const filled = fillDefaults(scratch, schema, root);
  const problems = checkSchema(scratch, schema, root);
  if (changetype<usize>(problems)) {
    words.clear().ascii("the arguments do not fit the tool's schema; mend them and call again:\n");
    writeProblems(words, problems);
    return false;
  }
  if (filled) {
    writeJson(words.clear(), root);
    dropText(run, call.text);
    call.text = newText(run, words.at, words.length);
  }
  return true;
}
