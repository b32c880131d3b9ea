import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { promptLengthOf, promptOf } from "../kernel/amend";
import { Activation, activationAt } from "../kernel/activation";
import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { Builder, newBuilder } from "../text/builder";
import { startsWithWord } from "../text/slice";
import { resolveInto } from "./select";
import { NO_TERM, Term, TermKind, termAt } from "./term";
import { memberWith } from "./value";
import { writeJson } from "../json/writer";

// What an agent of a flow is told: its own prompt, what its term adds, and the context it is given.

const context = newBuilder();
const added = newBuilder();

/** The system text, if it is another than the agent's own; false: it is not, and nothing was written. */
export function writeSystem(run: Run, ref: u32, to: Builder): bool {
  const activation = activationAt(run, ref);
  if (!activation.term) return false;
  const term = termAt(run.plan.flow, activation.term - 1);
  const sumsUp = isSummary(run, term, activation.term - 1);
  if (!term.promptLength && !term.context && !sumsUp) return false;
  contextOf(run, activation);
  const filled = fill(
    to,
    promptOf(run, activation.agent),
    promptLengthOf(run, activation.agent),
    textBytes(run, activation.input),
    textLength(run, activation.input),
  );
  if (term.promptLength) {
    if (to.length) to.ascii("\n\n");
    to.bytes(term.prompt, term.promptLength);
  }
  if (sumsUp) {
    if (to.length) to.ascii("\n\n");
    clearGaps();
    writePrompt(added.clear(), run.plan, activation.agent, Prompt.Summarise);
    to.bytes(added.at, added.length);
  }
  if (!term.context || filled) return true;
  clearGaps();
  setGap(Gap.Context, context.at, context.length);
  writePrompt(added.clear(), run.plan, activation.agent, Prompt.Context);
  if (to.length) to.ascii("\n\n");
  to.bytes(added.at, added.length);
  return true;
}

function isSummary(run: Run, term: Term, index: u32): bool {
  if (term.parent == NO_TERM) return false;
  const parent = termAt(run.plan.flow, term.parent);
  return parent.kind == <u8>TermKind.Supervise && parent.otherwise == index;
}

/** What `with` refers to, good until the next call; an empty list is no context. */
export function contextOf(run: Run, activation: Activation): Builder {
  context.clear();
  if (!activation.term) return context;
  const reference = termAt(run.plan.flow, activation.term - 1).context;
  if (reference && !resolveInto(run, activation.node, reference, context)) context.clear();
  if (context.length == 2 && load<u16>(context.at) == 0x5d5b) context.clear();
  return context;
}

/** A prompt with {context} and {question} filled in; whether it had a place for the context. */
function fill(to: Builder, prompt: usize, length: u32, question: usize, questionLength: u32): bool {
  let filled = false;
  let begin: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(prompt + i) != 0x7b) continue;
    const isContext = startsWithWord(prompt + i, length - i, "{context}");
    if (!isContext && !startsWithWord(prompt + i, length - i, "{question}")) continue;
    to.bytes(prompt + begin, i - begin);
    if (isContext) {
      filled = true;
      if (context.length) to.bytes(context.at, context.length);
      else to.ascii("(nothing was found)");
    } else to.bytes(question, questionLength);
    begin = i + (isContext ? 9 : 10);
    i = begin - 1;
  }
  to.bytes(prompt + begin, length - begin);
  return filled;
}

/** What it is asked, if more than the input is to be shown: the critiques that came with it. False: nothing was written. */
export function writeInput(run: Run, ref: u32, to: Builder): bool {
  const activation = activationAt(run, ref);
  if (!activation.inputMeta) return false;
  const found = memberWith(textBytes(run, activation.inputMeta), textLength(run, activation.inputMeta), "critiques");
  if (found === null) return false;
  context.clear();
  writeJson(context, found);
  clearGaps();
  setGap(Gap.Input, textBytes(run, activation.input), textLength(run, activation.input));
  setGap(Gap.Critiques, context.at, context.length);
  writePrompt(to, run.plan, activation.agent, Prompt.Revise);
  return true;
}
