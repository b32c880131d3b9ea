import { claim, claimText } from "../kernel/claims";
import { Run, pieceBytes } from "../kernel/run";
import { DECIDED, DECIDING } from "./choose";
import { HOP, hopAt } from "./handoff";
import { Instance, InstanceFlag, dataAt, instanceAt } from "./instance";
import { ASKING as LOOP_ASKING, DOING, LOOP_HEAD, loopHead } from "./loop";
import { Item, ItemState, MAP_HEAD, itemAt, mapHead } from "./map";
import { BRANCH_SIZE, Branch, BranchState, branchAt } from "./parallel";
import { RUNNING, StepState, headOf, planSound, recordAt } from "./plan-records";
import { ASKING, CALLING, PICKING, SUMMING } from "./supervise";
import { talkOf } from "./talk";
import { NO_TERM, Term, TermKind, kidOf } from "./term";
import { rolePlayed, verifyFailure, verifyInstance, verifyKid, verifyTalk } from "./verify";

// The block of a running instance in a file, by its kind, and its children: each in a place that is open, under the term that stands there.

/** On a branch or an item, while its child is looked for. */
const SEEN: u32 = 0x100;

export function verifyBlock(run: Run, instance: Instance, term: Term): bool {
  if (instance.data ? !claim(run, instance.data, pieceBytes(instance.dataBytes)) : instance.dataBytes != 0) return false;
  switch (<TermKind>term.kind) {
    case TermKind.Sequence:
      return !instance.data && instance.cursor < term.kidCount;
    case TermKind.Parallel:
      return verifyBranches(run, instance, term);
    case TermKind.Map:
      return verifyItems(run, instance);
    case TermKind.Loop:
      return verifyLoop(run, instance, term);
    case TermKind.Handoff:
      return verifyHops(run, instance, term);
    case TermKind.Supervise:
      return verifySupervise(instance, term);
    case TermKind.Plan:
      return verifyPlan(run, instance, term);
    case TermKind.Choose:
    case TermKind.Use:
    case TermKind.Retrieve:
      return !instance.data;
    default:
      return false;
  }
}

/** How many there are in each state must be what the instance says. */
let running: u32 = 0;
let succeeded: u32 = 0;
let failed: u32 = 0;

function count(state: u32): bool {
  if (state == BranchState.Running) running++;
  else if (state == BranchState.Succeeded) succeeded++;
  else if (state == BranchState.Failed) failed++;
  return state <= <u32>BranchState.Failed;
}

function beginCount(): void {
  running = 0;
  succeeded = 0;
  failed = 0;
}

function isCounted(instance: Instance): bool {
  return running == instance.open && succeeded == instance.done && failed == instance.failed;
}

function verifyBranches(run: Run, instance: Instance, term: Term): bool {
  if (!instance.data || instance.dataBytes != term.kidCount * BRANCH_SIZE || instance.cursor > term.kidCount) return false;
  beginCount();
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const branch: Branch = branchAt(run, instance, i);
    if (!count(branch.state) || (branch.state == BranchState.NotEntered) != i >= instance.cursor) return false;
    if ((branch.state == BranchState.Failed) != (branch.failure != 0) || !verifyFailure(run, branch.failure)) return false;
    if (!claimText(run, branch.text) || !claimText(run, branch.meta)) return false;
    if ((branch.talk != 0) != i < instance.cursor || (branch.talk && !verifyTalk(run, branch.talk, talkOf(instance)))) return false;
  }
  return isCounted(instance);
}

function verifyItems(run: Run, instance: Instance): bool {
  if (!instance.data || instance.dataBytes <= MAP_HEAD || instance.dataBytes & 7) return false;
  const items = (instance.dataBytes - MAP_HEAD) >> 3;
  const head = mapHead(run, instance);
  if (instance.cursor > items || head.firstPlace >= items || !verifyFailure(run, head.first)) return false;
  beginCount();
  for (let i: u32 = 0; i < items; i++) {
    const item: Item = itemAt(run, instance, i);
    if (!count(item.state) || (item.state == ItemState.Waiting) != i >= instance.cursor || !claimText(run, item.text)) return false;
  }
  return isCounted(instance) && (head.first != 0) == (instance.failed != 0);
}

function verifyLoop(run: Run, instance: Instance, term: Term): bool {
  if (!instance.data || instance.dataBytes != LOOP_HEAD + (term.most << 3)) return false;
  if (!instance.iteration || instance.iteration > term.most || instance.cursor >= instance.iteration) return false;
  const head = loopHead(run, instance);
  return claimText(run, head.lastText) && claimText(run, head.lastMeta);
}

function verifyHops(run: Run, instance: Instance, term: Term): bool {
  const bytes = instance.dataBytes;
  if (!instance.data || bytes < 4 * HOP || bytes % HOP || !instance.cursor || instance.cursor > bytes / HOP || instance.cursor > term.most + 1) return false;
  for (let i: u32 = 0; i < instance.cursor; i++) if (hopAt(run, instance, i).member >= term.kidCount) return false;
  return true;
}

function verifySupervise(instance: Instance, term: Term): bool {
  if (!instance.data || instance.dataBytes != term.kidCount << 2 || instance.iteration > term.most || instance.cursor >= term.kidCount) return false;
  // A reason: why its last member gave no answer, or, while it is summed up, why it ended.
  return instance.failed <= 12;
}

function verifyPlan(run: Run, instance: Instance, term: Term): bool {
  if (!planSound(run, instance, term)) return false;
  if (!instance.data) return true;
  beginCount();
  for (let i: u32 = 0; i < headOf(run, instance).count; i++) {
    const record = recordAt(run, instance, i);
    if (!count(record.state) || !claimText(run, record.output) || !verifyFailure(run, record.failure)) return false;
    if (record.state == StepState.Failed && !record.failure) return false;
  }
  if (instance.phase == RUNNING) return isCounted(instance);
  return !running && succeeded == instance.done && failed != 0 && failed == instance.failed;
}

// ---- children ----

export function verifyKids(run: Run, ref: u32, instance: Instance, term: Term): bool {
  let kids: u32 = 0;
  let before: u32 = 0;
  for (let kid = instance.kids; kid; kid = instanceAt(run, kid).nextKid) {
    if (++kids > instance.open || !verifyKid(run, kid, before, ref)) return false;
    if (!isInPlace(run, instance, term, instanceAt(run, kid)) || !verifyInstance(run, kid)) return false;
    before = kid;
  }
  if (term.kind == <u8>TermKind.Parallel || term.kind == <u8>TermKind.Map || isRunningPlan(instance, term)) forgetSeen(run, instance, term);
  else if (kids != 1) return false;
  return kids == instance.open;
}

function isRunningPlan(instance: Instance, term: Term): bool {
  return term.kind == <u8>TermKind.Plan && instance.phase == RUNNING;
}

/** A step that runs, on one of the executors. */
function isStep(run: Run, instance: Instance, term: Term, kid: Instance, role: u32): bool {
  if (kid.place >= headOf(run, instance).count || !see(changetype<usize>(recordAt(run, instance, kid.place)))) return false;
  if (!kid.has(InstanceFlag.OwnsTalk) || !verifyTalk(run, kid.talk, talkOf(instance))) return false;
  for (let i: u32 = 0; i < term.kidCount; i++) if (role == kidOf(term, i)) return true;
  return false;
}

/** Whether a child plays the part that its parent has open, with the talk that it should have. */
function isInPlace(run: Run, instance: Instance, term: Term, kid: Instance): bool {
  const role = rolePlayed(run, kid);
  const place = kid.place;
  switch (<TermKind>term.kind) {
    case TermKind.Parallel:
      return place < term.kidCount && role == kidOf(term, place) && see(changetype<usize>(branchAt(run, instance, place))) && isBranch(run, instance, kid);
    case TermKind.Map:
      if (place >= instance.cursor || role != kidOf(term, place % term.kidCount) || !see(changetype<usize>(itemAt(run, instance, place)) + 4)) return false;
      return kid.has(InstanceFlag.OwnsTalk) && verifyTalk(run, kid.talk, talkOf(instance));
    case TermKind.Plan:
      if (instance.phase == RUNNING) return isStep(run, instance, term, kid, role);
      break;
    default:
  }
  if (kid.has(InstanceFlag.OwnsTalk) || kid.talk != talkOf(instance)) return false;
  switch (<TermKind>term.kind) {
    case TermKind.Sequence:
      return role == kidOf(term, instance.cursor);
    case TermKind.Choose:
      if (instance.phase == DECIDING) return is(role, term.by);
      if (instance.phase != DECIDED) return false;
      return place < term.kidCount ? role == kidOf(term, place) : is(role, term.otherwise);
    case TermKind.Loop:
      return instance.phase == DOING ? role == kidOf(term, 0) : instance.phase == LOOP_ASKING && is(role, term.untilTerm);
    case TermKind.Handoff:
      return place < term.kidCount && role == kidOf(term, place);
    case TermKind.Supervise:
      return isPartOf(instance, term, role);
    case TermKind.Plan:
      return is(role, term.by);
    case TermKind.Use:
      return role == kidOf(term, 0);
    default:
      return is(role, term.rerank);
  }
}

function is(role: u32, wanted: u32): bool {
  return wanted != NO_TERM && role == wanted;
}

function isPartOf(instance: Instance, term: Term, role: u32): bool {
  switch (instance.phase) {
    case PICKING:
      return is(role, term.by);
    case CALLING:
      return role == kidOf(term, instance.cursor);
    case ASKING:
      return is(role, term.untilTerm);
    default:
      return instance.phase == SUMMING && is(role, term.otherwise);
  }
}

function isBranch(run: Run, instance: Instance, kid: Instance): bool {
  return !kid.has(InstanceFlag.OwnsTalk) && kid.talk == branchAt(run, instance, kid.place).talk;
}

/** A branch or an item that runs has one child; its state is at `state`. */
function see(state: usize): bool {
  if (load<u32>(state) != BranchState.Running) return false;
  store<u32>(state, BranchState.Running | SEEN);
  return true;
}

function forgetSeen(run: Run, instance: Instance, term: Term): void {
  if (term.kind == <u8>TermKind.Plan) {
    for (let i: u32 = 0; i < headOf(run, instance).count; i++) recordAt(run, instance, i).state &= ~SEEN;
    return;
  }
  const isMap = term.kind == <u8>TermKind.Map;
  const places = isMap ? (instance.dataBytes - MAP_HEAD) >> 3 : term.kidCount;
  for (let i: u32 = 0; i < places; i++) {
    const state = isMap ? dataAt(run, instance, MAP_HEAD + (i << 3) + 4) : dataAt(run, instance, i * BRANCH_SIZE);
    store<u32>(state, load<u32>(state) & ~SEEN);
  }
}
