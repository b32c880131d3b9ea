import { agentPlanAt } from "../definition/plan";
import { answerAtOnce } from "../kernel/activate";
import { OUTSIDE, agentAt } from "../kernel/agent";
import { words } from "../kernel/emit";
import { Sent, send } from "../kernel/router";
import { ENDED, Run } from "../kernel/run";
import { dropText, newText } from "../kernel/text";
import { TimerKind, setTimer } from "../kernel/timer";
import { mix } from "../text/mix";

// A producer sends a message of its own at each interval, by way of its own mailbox, so that it takes its turn like everybody: {"seq": its number from 1, "time": when it was due, "value": a number from the
// run's seed, at least 0 and below 1}. When called it sends what it was called with.

export function startProducing(run: Run, index: u32): void {
  const interval = agentPlanAt(run.plan, index).interval;
  if (interval && run.endTimer != ENDED) setTimer(run, TimerKind.Produce, index, run.now + interval);
}

/** The interval is over. The next one is counted from when this one was due, so that none is missed or doubled if time jumps. */
export function produce(run: Run, index: u32, due: u64): void {
  setTimer(run, TimerKind.Produce, index, due + agentPlanAt(run.plan, index).interval);
  const agent = agentAt(run, index);
  const sequence = ++agent.transcript;
  const value = mix(run.seed ^ mix(((<u64>index) << 32) | sequence)) % 1_000_000;
  words.clear().ascii('{"seq":').integer(sequence).ascii(',"time":').integer(due);
  words
    .ascii(',"value":')
    .decimal(value * 1000)
    .byte(0x7d);
  const text = newText(run, words.at, words.length);
  if (send(run, OUTSIDE, index, 0, 0, text) != Sent.Full) return;
  agent.refused++;
  run.refused++;
  dropText(run, text);
}

/** Takes over the hold on `text`. */
export function beginProduce(run: Run, index: u32, hops: u16, text: u32): void {
  answerAtOnce(run, index, hops, text);
}
