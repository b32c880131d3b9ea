import { StopReason } from "../protocol/types";
import { closeRun } from "../kernel/closing";
import { OUTSIDE } from "../kernel/agent";
import { emitOutput, words } from "../kernel/emit";
import { stopWord } from "../kernel/failure";
import { Run, RunState } from "../kernel/run";
import { endSpan } from "../kernel/span";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { SpanKind } from "../protocol/types";
import { failHere, openRoot } from "./end";
import { failureAt } from "./failure";
import { Instance, InstanceFlag, InstanceState, freeInstance, instanceAt, termOf } from "./instance";
import { bindName } from "./names";
import { loopDeadline } from "./loop";
import { parallelDeadline } from "./parallel";
import { writePartial } from "./partial";
import { superviseDeadline } from "./supervise";
import { newTalk } from "./talk";
import { TermKind } from "./term";
import { stringIn } from "./value";
import { sameBytes } from "../text/slice";

// A run that has a flow: it begins with the outermost term and ends with it.

/** The binding of the run's own input. */
const INPUT: u32 = 0;

/** Begins the flow on the run's input, which is held in run.input. */
export function beginFlow(run: Run): void {
  const root = openRoot(run, 0, holdText(run, run.input));
  const instance = instanceAt(run, root);
  instance.talk = run.recalled || newTalk(run, 0);
  run.recalled = 0;
  instance.set(InstanceFlag.OwnsTalk);
  instance.outer = bindName(run, 0, INPUT, run.input, 0);
}

/** The outermost instance is over: the run ends with what it came to. */
export function finishFlow(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  run.flowRoot = 0;
  if (run.state != RunState.Running) return freeInstance(run, ref);
  let stop = StopReason.Done;
  dropText(run, run.output);
  if (instance.has(InstanceFlag.Failed)) {
    const failure = failureAt(run, instance.failure);
    stop = <StopReason>failure.stop;
    dropText(run, run.failure);
    run.failureStop = <u8>stop;
    run.failureTerm = failure.term + 1;
    run.failure = holdText(run, failure.message);
    run.output = holdText(run, failure.partial);
  } else {
    run.output = holdText(run, instance.output);
    stop = stopOf(run, instance);
    if (stop != StopReason.Done) {
      run.failureStop = <u8>stop;
      run.failureTerm = instance.term + 1;
    }
    emitOutput(run, OUTSIDE, OUTSIDE, run.output);
  }
  freeInstance(run, ref);
  closeRun(run, stop);
}

/** Why an output stands although not all was done: its metadata's `stop`. */
function stopOf(run: Run, instance: Instance): StopReason {
  const told = stringIn(textBytes(run, instance.outputMeta), textLength(run, instance.outputMeta), "stop");
  if (told === null) return StopReason.Done;
  for (let stop: u32 = 0; stop <= <u32>StopReason.Stalled; stop++) {
    words.clear().ascii(stopWord(stop));
    if (sameBytes(words.at, words.length, told.at, told.length)) return <StopReason>stop;
  }
  return StopReason.Done;
}

/** The node's deadline has come; its timer is gone. */
export function nodeDeadline(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  instance.timer = 0;
  if (instance.state == InstanceState.Over) return;
  const term = termOf(run, instance);
  switch (<TermKind>term.kind) {
    case TermKind.Parallel:
      if (parallelDeadline(run, ref)) return;
      break;
    case TermKind.Loop:
      if (loopDeadline(run, ref)) return;
      break;
    case TermKind.Supervise:
      if (superviseDeadline(run, ref)) return;
      break;
    default:
  }
  words
    .clear()
    .ascii(term.deadlineOfBudget ? "it took longer than its budget of time, " : "it took longer than its deadline of ")
    .integer(instance.deadlineAt - instance.enteredAt)
    .ascii(" ms");
  failHere(run, ref, term.deadlineOfBudget ? StopReason.Budget : StopReason.Deadline);
}

/** The run stops as a whole: what the flow has done so far is its output. */
export function leaveFlow(run: Run, stop: StopReason): void {
  if (!run.flowRoot) return;
  words.clear();
  writePartial(run, words, run.flowRoot);
  dropText(run, run.output);
  run.output = newText(run, words.at, words.length);
  endSpans(run, run.flowRoot, stop);
}

function endSpans(run: Run, ref: u32, stop: StopReason): void {
  const instance = instanceAt(run, ref);
  for (let kid = instance.kids; kid; kid = instanceAt(run, kid).nextKid) endSpans(run, kid, stop);
  if (!instance.attempt || instance.state == InstanceState.Over) return;
  const term = termOf(run, instance);
  endSpan(run, instance.span, term.kind == TermKind.Agent ? SpanKind.Agent : SpanKind.Node, term.agent, stopWord(stop));
}
