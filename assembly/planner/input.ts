import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { activationAt, noteText, setNoteText } from "../kernel/activation";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { Slice } from "../text/slice";
import { Note, plannerOf } from "./state";

// What a planner is given. Any text is a problem to plan for. One that asks for the rest of a plan anew is a JSON object with `problem` and at
// least one of
//   done      steps that are over: [{"step_number": 1, "action": "…", "result": …}, …]
//   failed    the step that is not:  {"step_number": 3, "action": "…", "error": "…"}

const problem = changetype<Slice>(memory.data(offsetof<Slice>(), 4));
const done = changetype<Slice>(memory.data(offsetof<Slice>(), 4));
const failed = changetype<Slice>(memory.data(offsetof<Slice>(), 4));

/** The problem itself, until the scratch arena is freed or the activation ends. */
export function readProblem(run: Run, ref: u32): Slice {
  const input = activationAt(run, ref).input;
  problem.at = textBytes(run, input);
  problem.length = textLength(run, input);
  done.length = 0;
  failed.length = 0;
  const root = readJson(scratch, problem.at, problem.length).root;
  if (root === null) return problem;
  const wanted = memberNamed(root, "problem");
  const over = memberNamed(root, "done");
  const other = memberNamed(root, "failed");
  if (wanted === null || (over === null && other === null)) return problem;
  take(problem, wanted);
  if (over !== null && (over.kind != JsonKind.Array || over.count)) take(done, over);
  if (other !== null) take(failed, other);
  return problem;
}

/** A string is its text, all else its JSON. */
function take(slice: Slice, node: JsonNode): void {
  slice.at = node.at;
  slice.length = node.kind == JsonKind.Null ? 0 : node.length;
}

/** Notes the problem as the model is shown it, with the goal, if that is known. */
export function noteProblem(run: Run, ref: u32): void {
  scratch.free();
  readProblem(run, ref);
  const plan = plannerOf(run, ref);
  const goal = noteText(run, ref, Note.Goal);
  clearGaps();
  setGap(Gap.Input, problem.at, problem.length);
  setGap(Gap.Done, done.at, done.length);
  setGap(Gap.Failed, failed.at, failed.length);
  if (goal) setGap(Gap.Goal, textBytes(run, goal), textLength(run, goal));
  else setGap(Gap.Goal, plan.goal.at, plan.goal.length);
  writePrompt(words.clear(), run.plan, activationAt(run, ref).agent, Prompt.PlanProblem);
  setNoteText(run, ref, Note.Problem, newText(run, words.at, words.length));
}
