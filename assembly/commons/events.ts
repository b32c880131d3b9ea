import { defineEvent, forgetEvent, variablesEvent } from "../definition/answers";
import { findPlan } from "../definition/plans";
import { Plan, agentPlanAt } from "../definition/plan";
import { modelPlanAt } from "../definition/plan-models";
import { CommandKind, STARTED_FIXED, StartedCommand } from "../protocol/commands";
import {
  AmendEvent,
  AuthorizeEvent,
  DefineEvent,
  DeliverEvent,
  EventKind,
  ForgetEvent,
  ModelsEvent,
  ReplayEvent,
  RestoreEvent,
  SignInEvent,
  StartEvent,
  VariablesEvent,
} from "../protocol/events";
import { beginRecord, endRecord, putBytes } from "../protocol/output";
import { findEntry, listEntryNames } from "../kernel/entry";
import { OUTSIDE } from "../kernel/agent";
import { words } from "../kernel/emit";
import { RunEvent, linkEvent } from "../kernel/record";
import { Run, RunFlag, RunState } from "../kernel/run";
import { findRun, openRow, queueRun } from "../kernel/runs";
import { amendRun, forgetStart, markStart, noteStart } from "./amend";
import { authorizeEvent } from "../security/authorize";
import { signInEvent } from "../security/sign-in";
import { modelsEvent } from "../ledger/catalogue";
import { refuseEvent } from "./refuse";
import { replayRecord, resumeRun } from "./replay";
import { restoreRun, saveRun } from "./snapshots";
import { describeTextFault } from "./text-fault";

// What each event does to the engine. Events of runs are only handed to their run; it applies them in its turn.

export function applyToEngine(at: usize, event: u32, now: u64): void {
  const kind = <EventKind>changetype<RunEvent>(at).kind;
  if (kind != EventKind.Amend) forgetStart();
  switch (kind) {
    case EventKind.Define:
      return defineEvent(changetype<DefineEvent>(at));
    case EventKind.Variables:
      return variablesEvent(changetype<VariablesEvent>(at), event);
    case EventKind.Forget:
      return forgetEvent(changetype<ForgetEvent>(at), event);
    case EventKind.Start:
      return start(changetype<StartEvent>(at), event);
    case EventKind.Restore:
      return restoreRun(changetype<RestoreEvent>(at), event);
    case EventKind.Replay:
      return replayRecord(changetype<ReplayEvent>(at), event);
    case EventKind.Amend:
      return amendRun(changetype<AmendEvent>(at), event);
    case EventKind.Models:
      return modelsEvent(changetype<ModelsEvent>(at));
    case EventKind.SignIn:
      return signInEvent(changetype<SignInEvent>(at), event);
    case EventKind.Authorize:
      return authorizeEvent(changetype<AuthorizeEvent>(at), event, now);
    case EventKind.Grant:
      words.clear().ascii("grants are given by the core");
      return refuseEvent(event, 0, changetype<RunEvent>(at).run, "not-allowed");
    default:
      return toRun(at, event);
  }
}

function toRun(at: usize, event: u32): void {
  const handle = changetype<RunEvent>(at).run;
  const run = findRun(handle);
  if (run === null) {
    words.clear().ascii("there is no such run: it has ended, or it is another engine's");
    return refuseEvent(event, 0, handle, "unknown-run");
  }
  const kind = changetype<RunEvent>(at).kind;
  if (kind == EventKind.Drop) {
    // It may stand in the queue of this step: it goes when its turn comes.
    run.state = <u8>RunState.Finished;
    return queueRun(run);
  }
  if (run.has(RunFlag.Replaying)) {
    if (kind == EventKind.Resume) return resumeRun(run);
    if (kind == EventKind.Save) return saveRun(run);
    words.clear().ascii("the run replays: it takes records of its journal, and nothing else until it is resumed");
    return refuseEvent(event, 0, handle, "replaying");
  }
  if (kind == EventKind.Save) return saveRun(run);
  if (kind == EventKind.Resume) return;
  if (kind == EventKind.Deliver && !mayDeliver(run, changetype<DeliverEvent>(at), event)) return;
  linkEvent(run, at);
  queueRun(run);
}

function mayDeliver(run: Run, deliver: DeliverEvent, event: u32): bool {
  const at = changetype<usize>(deliver);
  if (!isPlace(run.plan, at + deliver.toAt, deliver.toLength) || !describeTextFault(at + deliver.textAt, deliver.textLength)) {
    refuseEvent(event, 0, deliver.run, "bad-input");
    return false;
  }
  return true;
}

/** Whether there is one place of that name to deliver to; if not, `words` says so. */
function isPlace(plan: Plan, name: usize, length: u32): bool {
  if (changetype<usize>(plan.flow)) {
    words.clear().ascii("a flow takes its input when it begins, and nothing after");
    return false;
  }
  const entry = findEntry(plan, name, length);
  if (entry.ambiguous) words.clear().ascii("there are several places to send to; name one of: ");
  else if (entry.agent == OUTSIDE && entry.port == OUTSIDE) {
    words.clear();
    if (length) words.ascii('nobody takes messages as "').bytes(name, length).ascii('"; there are: ');
    else words.ascii("nobody takes messages from outside");
  } else return true;
  listEntryNames(plan, words, false);
  return false;
}

function start(event: StartEvent, place: u32): void {
  const at = changetype<usize>(event);
  const plan = findPlan(event.definition);
  if (plan === null) {
    words.clear().ascii("there is no definition ").integer(event.definition);
    return refuseEvent(place, event.tag, 0, "unknown-definition");
  }
  if (!event.idLength || event.idLength > 64) {
    words.clear().ascii("a run's id has 1 to 64 bytes");
    return refuseEvent(place, event.tag, 0, "bad-input");
  }
  if (event.sessionLength > 64 || event.userLength > 64) {
    words.clear().ascii("the name of a session or a user has at most 64 bytes");
    return refuseEvent(place, event.tag, 0, "bad-input");
  }
  if (event.sessionLength && !plan.sessions) {
    words.clear().ascii("no agent of the definition keeps its conversations: it has no `session` block, or it is switched off");
    return refuseEvent(place, event.tag, 0, "no-session");
  }
  if (!plan.agentCount) {
    words.clear().ascii("the definition has no agents: it is a layer to be laid over another one");
    return refuseEvent(place, event.tag, 0, "no-agents");
  }
  if (changetype<usize>(plan.flow)) {
    if (event.toLength) {
      words.clear().ascii("the definition has a flow, which takes the input as a whole: there is nobody to send it to by name");
      return refuseEvent(place, event.tag, 0, "no-entry");
    }
    if (!describeTextFault(at + event.inputAt, event.inputLength)) return refuseEvent(place, event.tag, 0, "bad-input");
  } else if (event.hasInput) {
    if (!isPlace(plan, at + event.toAt, event.toLength)) return refuseEvent(place, event.tag, 0, "no-entry");
    if (!describeTextFault(at + event.inputAt, event.inputLength)) return refuseEvent(place, event.tag, 0, "bad-input");
  }
  if (event.budgetMoney && !isPriced(plan)) return refuseEvent(place, event.tag, 0, "unknown-price");
  const run = openRun(plan);
  if (run === null) return refuseEvent(place, event.tag, 0, "too-many-runs");
  markStart();
  noteStart(run, event.tag);
  const started = changetype<StartedCommand>(beginRecord(CommandKind.Started, STARTED_FIXED, event.idLength));
  started.tag = event.tag;
  started.run = run.handle;
  putBytes(offsetof<StartedCommand>("idAt"), at + event.idAt, event.idLength);
  endRecord();
  linkEvent(run, at);
  queueRun(run);
}

/** Whether a budget of money can be kept; if not, `words` says why. */
function isPriced(plan: Plan): bool {
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent = agentPlanAt(plan, i);
    for (let k: u32 = 0; k < agent.models; k++) {
      if (changetype<usize>(modelPlanAt(agent, k).price)) continue;
      words
        .clear()
        .ascii("a budget of money cannot be kept: the price of a model of agent ")
        .bytes(agent.name, agent.nameLength)
        .ascii(" is not known; give it one in `prices`");
      return false;
    }
  }
  return true;
}

/** An empty run of a definition; null, with `words`, if there is no room for another one. */
export function openRun(plan: Plan): Run | null {
  const run = openRow();
  if (run === null) {
    words.clear().ascii("there are as many runs as an engine can hold");
    return null;
  }
  run.plan = plan;
  run.state = <u8>RunState.Starting; // the row is taken
  plan.runs++;
  return run;
}
