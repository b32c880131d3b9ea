import { AgentPlan, agentPlanAt } from "../definition/plan";
import { isHeard } from "../flow/agent";
import { writeInput, writeSystem } from "../flow/system";
import { Term, termAt } from "../flow/term";
import { promptLengthOf, promptOf } from "../kernel/amend";
import { Activation, ActivationState, activationAt } from "../kernel/activation";
import { failActivation } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, holdText, newText } from "../kernel/text";
import { addUser, addUserText, askModel, finishWith, openCopy, openPrivate, setSchema, setSystem, think } from "../kernel/think";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { Level, StopReason } from "../protocol/types";
import { newBuilder } from "../text/builder";
import { writeChoices } from "./choices";
import { errors } from "./fields";
import { Verdict, answer, meta, named } from "./verdict";

// How a decision is asked for, and asked for again: a system text, a schema, what was said so far; then its answer, or what was wrong with it.

const REPAIRS: u8 = 2;

/** The system text and the schema that are being written. */
export const system = newBuilder();
export const schema = newBuilder();
/** Of the system text: the agent's own prompt. */
const own = newBuilder();

/** The activation's agent term, or 0: it is wired. */
export function termOf(run: Run, activation: Activation): Term {
  return activation.term ? termAt(run.plan.flow, activation.term - 1) : changetype<Term>(0);
}

export function planOf(run: Run, activation: Activation): AgentPlan {
  return agentPlanAt(run.plan, activation.agent);
}

/** Begins the gaps of a system text with the agent's prompt and what its term adds to it. */
export function beginSystem(run: Run, ref: u32): void {
  const agent = activationAt(run, ref).agent;
  if (!writeSystem(run, ref, own.clear())) own.bytes(promptOf(run, agent), promptLengthOf(run, agent));
  clearGaps();
  setGap(Gap.Prompt, own.at, own.length);
}

/** What it is asked, as a held text. */
export function inputOf(run: Run, ref: u32): u32 {
  if (writeInput(run, ref, own.clear())) return newText(run, own.at, own.length);
  return holdText(run, activationAt(run, ref).input);
}

/** The first call: `prompt` with its gaps as they are filled, `schema`, what the agent or its group has heard and said, and `input` (a held text). */
export function ask(run: Run, ref: u32, prompt: Prompt, input: u32): void {
  const activation = activationAt(run, ref);
  system.clear();
  writePrompt(system, run.plan, activation.agent, prompt);
  setSystem(run, ref, system);
  setSchema(run, ref, schema);
  if (!activation.transcript) openPrivate(run, ref);
  else if (!activation.ownsTranscript) openCopy(run, ref, termOf(run, activation).turns);
  if (isHeard(run, activation, input)) dropText(run, input);
  else addUserText(run, ref, input);
  consult(run, ref);
}

/** One more call of a model that may use its tools before it decides; its last turn is for the decision. */
export function consult(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const plan = planOf(run, activation);
  askModel(run, ref, !plan.toolCount || <u32>activation.turns + 1 >= <u32>plan.maxTurns);
}

/** Ends with `answer`, or asks again, or gives up. */
export function settle(run: Run, ref: u32, verdict: Verdict): void {
  if (verdict == Verdict.Good) return finishWith(run, ref, answer, meta.length ? meta : null);
  const activation = activationAt(run, ref);
  if (verdict == Verdict.Outside) {
    errors.clear().bytes(named.at, named.length).ascii(" is not one of ");
    writeChoices(errors);
  }
  const mayRepair = activation.tries < REPAIRS && (verdict == Verdict.Malformed || !activation.phase);
  words
    .clear()
    .ascii(mayRepair ? "its answer is asked for again: " : "it gave no usable decision: ")
    .bytes(errors.at, errors.length);
  if (!mayRepair) return failActivation(run, ref, StopReason.BadDecision);
  activation.tries++;
  if (verdict == Verdict.Outside) activation.phase = 1;
  run.retries++;
  emitNotice(run, activation.agent, Level.Warn, "repair");
  repair(run, ref, verdict);
}

function repair(run: Run, ref: u32, verdict: Verdict): void {
  clearGaps();
  system.clear();
  if (verdict == Verdict.Outside) {
    schema.clear();
    writeChoices(schema);
    setGap(Gap.Given, named.at, named.length);
    setGap(Gap.Options, schema.at, schema.length);
  } else setGap(Gap.Errors, errors.at, errors.length);
  writePrompt(system, run.plan, activationAt(run, ref).agent, verdict == Verdict.Outside ? Prompt.RepairChoice : Prompt.Repair);
  addUser(run, ref, system);
  think(run, ref);
}

/** Whether an activation from a file has what a model can be asked with, or its answer already. */
export function isAsking(activation: Activation): bool {
  return activation.state == ActivationState.Sending || (activation.transcript != 0 && activation.ownsTranscript != 0);
}
