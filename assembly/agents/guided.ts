import { agentPlanAt } from "../definition/plan";
import { Activation, Guide, activationAt } from "../kernel/activation";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, textBytes, textLength } from "../kernel/text";
import { addUser, askModel, textOf } from "../kernel/think";
import { clearTranscript, newTranscript, partAt, transcriptAt } from "../kernel/transcript";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { PartKind, PartRole } from "../protocol/types";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { isWord } from "../text/slice";

// A guided loop: after the calls of a turn somebody asks, aside, whether that is enough; when it is, or after so many turns, one last call without
// tools writes the answer.

const results = newBuilder();
const said = newBuilder();

/** The calls of a turn have their results: what comes next. */
export function goOnGuided(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const plan = agentPlanAt(run.plan, activation.agent);
  if (++activation.rounds >= plan.guidedTurns) return writeAnswer(run, ref);
  if (!plan.verificationLength) return askModel(run, ref, false);
  activation.guide = <u8>Guide.Verifying;
  writeResults(run, activation);
  stepAside(run, activation);
  clearGaps();
  setGap(Gap.Prompt, plan.verification, plan.verificationLength);
  setGap(Gap.Input, textBytes(run, activation.input), textLength(run, activation.input));
  setGap(Gap.Done, results.at, results.length);
  writePrompt(words.clear(), run.plan, activation.agent, Prompt.Verify);
  addUser(run, ref, words);
  askModel(run, ref, true);
}

/** The results since the message, a line each. */
function writeResults(run: Run, activation: Activation): void {
  results.clear();
  for (let ref = transcriptAt(run, activation.transcript).head; ref; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    if (part.role == <u8>PartRole.User) results.clear();
    if (part.kind != <u8>PartKind.ToolResult && part.kind != <u8>PartKind.ToolError) continue;
    if (results.length) results.byte(0x0a);
    results.ascii("- ").bytes(textBytes(run, part.name), textLength(run, part.name));
    results.ascii(part.kind == <u8>PartKind.ToolError ? " failed: " : ": ").bytes(textBytes(run, part.text), textLength(run, part.text));
  }
}

/** The calls that follow show another transcript, which is empty. */
function stepAside(run: Run, activation: Activation): void {
  if (!activation.aside) activation.aside = newTranscript(run);
  clearTranscript(run, activation.aside);
  swap(activation);
}

function swap(activation: Activation): void {
  const other = activation.aside;
  activation.aside = activation.transcript;
  activation.transcript = other;
}

/** The question aside is answered: `done` ends the loop, anything else goes on. */
export function verified(run: Run, ref: u32, first: u32): void {
  const activation = activationAt(run, ref);
  const text = textOf(run, first);
  foldText(said.clear(), textBytes(run, text), textLength(run, text));
  dropText(run, text);
  while (said.length && load<u8>(said.at + said.length - 1) == 0x2e) said.length--;
  leaveAside(activation);
  if (isWord(said.at, said.length, "done")) return writeAnswer(run, ref);
  askModel(run, ref, false);
}

/** Back to what the agent itself hears and says. */
export function leaveAside(activation: Activation): void {
  if (activation.guide != <u8>Guide.Verifying) return;
  swap(activation);
  activation.guide = <u8>Guide.Thinking;
}

function writeAnswer(run: Run, ref: u32): void {
  activationAt(run, ref).guide = <u8>Guide.Answering;
  askModel(run, ref, true);
}
