import { activationAt, noteText, setNoteText } from "../kernel/activation";
import { failActivation } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, holdText, textBytes, textLength } from "../kernel/text";
import { finishWith, setSchema, think } from "../kernel/think";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap } from "../prompts/write";
import { Level, StopReason } from "../protocol/types";
import { newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { addTurn, askForJson } from "./ask";
import { readProblem } from "./input";
import { Keep, Reading, readSteps } from "./read";
import { Note, Phase, TOO_LONG, plannerOf } from "./state";
import { Steps } from "./steps";
import { writePlan } from "./write";

// From the plan that a model wrote to the planner's answer: what is wrong with it is sent back, what is right may be judged and written once more.

/** How often a plan is asked for again; once of that, at most, because it is too long. */
const REPAIRS: u8 = 2;

const steps = changetype<Steps>(memory.data(offsetof<Steps>(), 4));
const problems = newBuilder();
const critique = changetype<Slice>(memory.data(offsetof<Slice>(), 4));

/** Reads a plan as this planner keeps it. */
function read(run: Run, ref: u32, text: u32): Reading {
  const plan = plannerOf(run, ref);
  const keep = !plan.keepsOrder ? Keep.Sequence : plan.validate ? Keep.Order : Keep.SoundOrder;
  scratch.free();
  return readSteps(scratch, textBytes(run, text), textLength(run, text), keep, plan.maxSteps, steps, problems);
}

/** The plan is there. Takes over the hold on `text`. */
export function planWritten(run: Run, ref: u32, text: u32): void {
  const reading = read(run, ref, text);
  if (reading != Reading.Good) {
    dropText(run, text);
    askAgain(run, ref, reading);
  } else if (plannerOf(run, ref).critique) {
    setNoteText(run, ref, Note.Plan, text);
    activationAt(run, ref).phase = <u8>Phase.Critique;
    clearGaps();
    addTurn(run, ref, Prompt.PlanCritique);
    setSchema(run, ref, words.clear());
    think(run, ref);
  } else finish(run, ref, text);
}

function askAgain(run: Run, ref: u32, reading: Reading): void {
  const activation = activationAt(run, ref);
  const tooLong: u8 = reading == Reading.TooLong ? TOO_LONG : 0;
  if ((activation.tries & ~TOO_LONG) >= REPAIRS || activation.tries & tooLong) {
    words.clear().ascii("the plan cannot be used: ").bytes(problems.at, problems.length);
    return failActivation(run, ref, StopReason.BadDecision);
  }
  activation.tries = (activation.tries + 1) | tooLong;
  run.retries++;
  words.clear().ascii("its plan is asked for again: ").bytes(problems.at, problems.length);
  emitNotice(run, activation.agent, Level.Warn, "repair");
  clearGaps();
  setGap(Gap.Errors, problems.at, problems.length);
  addTurn(run, ref, Prompt.Repair);
  think(run, ref);
}

/** The judgement of the plan: it is written once more. Takes over the hold on `text`. */
export function planJudged(run: Run, ref: u32, text: u32): void {
  setNoteText(run, ref, Note.Critique, text);
  clearGaps();
  askForJson(run, ref, Prompt.PlanRevise, Phase.Revise);
}

/** The plan once more; if it is not sound, the one before is, and holds. Takes over the hold on `text`. */
export function planRevised(run: Run, ref: u32, text: u32): void {
  if (read(run, ref, text) == Reading.Good) return finish(run, ref, text);
  dropText(run, text);
  const before = holdText(run, noteText(run, ref, Note.Plan));
  if (read(run, ref, before) == Reading.Good) return finish(run, ref, before);
  dropText(run, before);
  words.clear().ascii("the plan cannot be used: ").bytes(problems.at, problems.length);
  failActivation(run, ref, StopReason.BadDecision);
}

/** `steps` are those of `text`. */
function finish(run: Run, ref: u32, text: u32): void {
  const judged = noteText(run, ref, Note.Critique);
  critique.at = textBytes(run, judged);
  critique.length = textLength(run, judged);
  writePlan(words.clear(), scratch, plannerOf(run, ref), steps, readProblem(run, ref), activationAt(run, ref).tokens, critique);
  dropText(run, text);
  finishWith(run, ref, words, null);
}
