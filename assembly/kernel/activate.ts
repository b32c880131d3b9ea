import { agentPlanAt } from "../definition/plan";
import { Level, SpanKind } from "../protocol/types";
import { addToBatch, catchUp } from "../agents/aggregator";
import { beginClassifier } from "../agents/classifier";
import { waitsForMore } from "../agents/classify-batch";
import { beginCustom } from "../agents/custom";
import { givenAnswer } from "../agents/given";
import { beginIndex } from "../agents/indexer";
import { beginProduce } from "../agents/producer";
import { beginReact } from "../agents/react";
import { beginRetrieve } from "../agents/retriever";
import { agentAnswered } from "../flow/agent";
import { beginWiredPlanner } from "../planner/program";
import { activationAt, newActivation } from "./activation";
import { Agent, AgentState, OUTSIDE, Role, agentAt } from "./agent";
import { emitLog } from "./emit";
import { Message } from "./message";
import { passOn, passThrough, release, takeMessage } from "./router";
import { Run } from "./run";
import { makeReady, takeReady } from "./scheduler";
import { keepTurn } from "./session";
import { endSpan, newSpan, startSpan } from "./span";
import { dropText } from "./text";
import { TimerKind, clearTimer, setTimer } from "./timer";

/** The next agent in line takes its oldest message. Only if run.readyMask. */
export function activateNext(run: Run): void {
  const index = takeReady(run);
  const agent = Agent.of(run, index);
  if (agent.role == Role.Aggregator) {
    // A batch whose window ended while the agent stood in line closes without what came after.
    if (catchUp(run, index, agent)) return;
  }
  if (agent.role == Role.Classifier && waitsForMore(run, index, agent)) return;
  const ref = takeMessage(run, agent);
  const message = Message.of(run, ref);
  const from = message.from;
  const text = message.text;
  const hops = message.hops;
  const label = message.label;
  Message.give(run, ref);
  agent.received++;
  run.activations++;
  switch (<Role>agent.role) {
    case Role.Relay:
      passThrough(run, index, agent, from, hops, label, text);
      break;
    case Role.Logger:
      emitLog(run, Level.Info, index, from, text);
      if (agent.edgeCount) passThrough(run, index, agent, from, hops, 0, text);
      else {
        dropText(run, run.output);
        run.output = text;
      }
      break;
    case Role.Producer:
      beginProduce(run, index, hops, text);
      break;
    case Role.Given:
      dropText(run, text);
      answerAtOnce(run, index, hops, givenAnswer(run, index));
      break;
    case Role.React:
      beginReact(run, index, from, hops, text);
      break;
    case Role.Aggregator:
      addToBatch(run, index, from, hops, text);
      break;
    case Role.Classifier:
      beginClassifier(run, index, from, hops, text);
      break;
    case Role.Planner:
      beginWiredPlanner(run, index, from, hops, text);
      break;
    case Role.Custom:
      beginCustom(run, index, from, hops, text);
      break;
    case Role.Retriever:
      beginRetrieve(run, beginActivation(run, index, from, hops, text));
      break;
    case Role.Indexer:
      beginIndex(run, beginActivation(run, index, from, hops, text));
      break;
    default:
      unreachable();
  }
  makeReady(run, index, agent);
}

/** The agent is busy with a message from now on. Takes over the hold on `text`. */
export function beginActivation(run: Run, index: u32, sender: u32, hops: u16, text: u32): u32 {
  const ref = newActivation(run, index, sender, text, hops);
  const activation = activationAt(run, ref);
  const agent = agentAt(run, index);
  const plan = agentPlanAt(run.plan, agent.plan);
  agent.state = <u8>AgentState.Busy;
  run.busy++;
  activation.span = newSpan(run);
  startSpan(run, activation.span, run.rootSpan, SpanKind.Agent, index, plan.name, plan.nameLength);
  if (plan.timeout) {
    activation.deadlineAt = run.now + plan.timeout;
    activation.deadline = setTimer(run, TimerKind.Deadline, ref, activation.deadlineAt);
  }
  return ref;
}

/** Its answer is there: it goes to everyone it is for, and the agent takes the next message. */
export function finishActivation(run: Run, ref: u32): void {
  if (run.plan.sessions) keepTurn(run, ref);
  const activation = activationAt(run, ref);
  if (activation.node) {
    const answer = activation.answer;
    const meta = activation.answerMeta;
    activation.answer = 0;
    activation.answerMeta = 0;
    return agentAnswered(run, ref, answer, meta);
  }
  endSpan(run, activation.span, SpanKind.Agent, activation.agent, null);
  run.busy--;
  // Its time was for the answer; how long that may wait for room is another matter.
  clearTimer(run, activation.deadline);
  activation.deadline = 0;
  if (passOn(run, ref)) release(run, ref);
}

/** An answer of an agent that is never busy. Takes over the hold on `text`. */
export function answerAtOnce(run: Run, index: u32, hops: u16, text: u32): void {
  const ref = newActivation(run, index, OUTSIDE, 0, hops);
  activationAt(run, ref).answer = text;
  agentAt(run, index).state = <u8>AgentState.Busy;
  if (passOn(run, ref)) release(run, ref);
}
