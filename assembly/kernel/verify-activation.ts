import { PartKind, PartRole } from "../protocol/types";
import { Activation, Guide, Program, notesSize } from "./activation";
import { Role } from "./agent";
import { claim, claimText } from "./claims";
import { EffectKind, EffectState, effectAt } from "./effect";
import { Run, at, pieceBytes } from "./run";
import { BASES } from "./counts";
import { TIMER_SIZE, TimerKind, timerAt } from "./timer";
import { PART_SIZE, TRANSCRIPT_SIZE, partAt, transcriptAt } from "./transcript";
import { isSet, timersOf } from "./verify";

// What wired agents and instances of a flow have in common in a file: activations with their effects, notes and deadlines, and transcripts.

/** Effects that activations have in their lists. */
let linked: u32 = 0;
/** Activations that have begun and not ended; those that have a deadline of their own. */
let working: u32 = 0;
let deadlines: u32 = 0;

export function beginActivations(): void {
  linked = 0;
  working = 0;
  deadlines = 0;
}

/** Whether all activations that the run speaks of have been met. */
export function activationsAreAll(run: Run): bool {
  return working == run.busy && linked == awaited(run) && deadlines == timersOf(run, TimerKind.Deadline);
}

/** Effects that somebody waits for. */
function awaited(run: Run): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < run.slotCount; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (ref && effectAt(run, ref).activation) count++;
  }
  return count;
}

export function timerOf(run: Run, ref: u32, kind: TimerKind, owner: u32): bool {
  if (ref < 8 || ref & 7 || ref > run.used - TIMER_SIZE) return false;
  const timer = timerAt(run, ref);
  return timer.kind == kind && timer.owner == owner && isSet(run, ref, timer);
}

/** What the agent itself reads and writes. */
export function ownTranscript(activation: Activation): u32 {
  return activation.guide == Guide.Verifying ? activation.aside : activation.transcript;
}

/** The transcript beside it, of a guided loop; its own has been verified. */
export function verifyAside(run: Run, activation: Activation): bool {
  const isAside = activation.guide == Guide.Verifying;
  if (<Guide>activation.guide > Guide.Answering || ((activation.guide || activation.aside) && activation.program != Program.React)) return false;
  if (!activation.aside) return !isAside;
  const other = isAside ? activation.transcript : activation.aside;
  if (!verifyTranscript(run, other) || transcriptAt(run, other).openCalls || !ownTranscript(activation)) return false;
  return !isAside || !transcriptAt(run, activation.aside).openCalls;
}

export function verifyDeadline(run: Run, ref: u32, activation: Activation): bool {
  if (!activation.deadline) return true;
  deadlines++;
  return timerOf(run, activation.deadline, TimerKind.Deadline, ref);
}

/** A transcript and its parts, each once. */
export function verifyTranscript(run: Run, transcript: u32): bool {
  if (!claim(run, transcript, TRANSCRIPT_SIZE)) return false;
  const list = transcriptAt(run, transcript);
  if (list.number >= run.transcripts || list.reader > run.agentCount || list.basis > BASES || !claimText(run, list.system) || !claimText(run, list.summary))
    return false;
  let count: u32 = 0;
  let last: u32 = 0;
  let told: u32 = 0;
  let open: u32 = 0;
  for (let ref = list.head; ref; ref = partAt(run, ref).next) {
    if (!claim(run, ref, PART_SIZE)) return false;
    const part = partAt(run, ref);
    const isCall = part.kind == PartKind.ToolCall;
    if (<PartRole>part.role > PartRole.Tool || <PartKind>part.kind > PartKind.ToolError || part.failed > 1 || part.settled > 1) return false;
    if ((part.call && (!isCall || part.settled)) || part.author > run.agentCount || part.basis > BASES || part.hidden > 3) return false;
    if (!claimText(run, part.text) || !claimText(run, part.id) || !claimText(run, part.name) || !claimText(run, part.metadata) || !claimText(run, part.call))
      return false;
    if (isCall && !part.settled) open++;
    if (++count == list.told) told = ref;
    last = ref;
  }
  if (count != list.count || last != list.tail || open != list.openCalls || list.told > count || list.sent > count + 1) return false;
  return told == list.toldTail || !list.told;
}

export function verifyTexts(run: Run, activation: Activation): bool {
  return (
    claimText(run, activation.input) &&
    claimText(run, activation.inputMeta) &&
    claimText(run, activation.answer) &&
    claimText(run, activation.answerMeta) &&
    claimText(run, activation.system) &&
    claimText(run, activation.schema)
  );
}

export function verifyNotes(run: Run, activation: Activation): bool {
  if (!activation.notes) return !activation.noteTexts && !activation.noteNumbers;
  if (!claim(run, activation.notes, pieceBytes(notesSize(activation.noteTexts, activation.noteNumbers)))) return false;
  for (let i: u32 = 0; i < activation.noteTexts; i++) if (!claimText(run, load<u32>(at(run, activation.notes) + (i << 2)))) return false;
  return true;
}

/** The effects it waits for, and the calls they are of. */
export function verifyOpen(run: Run, ref: u32, activation: Activation, role: Role): bool {
  working++;
  let tools: u32 = 0;
  let others: u32 = 0;
  for (let at = activation.effects; at; at = effectAt(run, at).next) {
    if (!isOpen(run, at)) return false;
    const effect = effectAt(run, at);
    if (effect.activation != ref || effect.agent != activation.agent || ++linked > run.outstanding) return false;
    if (effect.kind == EffectKind.Tool) {
      if (!isOpenCall(run, activation, effect.call)) return false;
      tools++;
    } else {
      if (effect.kind == EffectKind.Model && effect.call && (!verifyTranscript(run, effect.call) || !transcriptAt(run, effect.call).head)) return false;
      others++;
    }
  }
  if (tools && !callsDiffer(run, activation)) return false;
  if (tools != activation.awaited || (tools && others) || others > 1) return false;
  // What came too late is nobody's any more, and its deadline acts in the step that follows.
  if (tools + others == 0 && !(activation.node && activation.deadlineAt && activation.deadlineAt <= run.now)) return false;
  if (!activation.transcript) return role != Role.React && !activation.calls;
  if ((transcriptAt(run, activation.transcript).openCalls != 0) != (activation.calls != 0)) return false;
  return !activation.calls || isPart(run, activation.transcript, activation.calls);
}

/** Whether a ref is that of an open effect, which was claimed with the slots. */
function isOpen(run: Run, ref: u32): bool {
  for (let i: u32 = 0; i < run.slotCount; i++) if (load<u32>(at(run, run.slots) + (i << 2)) == ref) return effectAt(run, ref).state != EffectState.Cancelled;
  return false;
}

export function isPart(run: Run, transcript: u32, wanted: u32): bool {
  for (let ref = transcriptAt(run, transcript).head; ref; ref = partAt(run, ref).next) if (ref == wanted) return true;
  return false;
}

/** A call of this turn that waits for its result. */
function isOpenCall(run: Run, activation: Activation, call: u32): bool {
  if (!activation.calls || !activation.transcript || !isPart(run, activation.transcript, call)) return false;
  const part = partAt(run, call);
  return part.kind == PartKind.ToolCall && !part.settled && !part.call;
}

/** Whether no two effects are of the same call; their list has been followed before. */
function callsDiffer(run: Run, activation: Activation): bool {
  for (let ref = activation.effects; ref; ref = effectAt(run, ref).next) {
    for (let other = effectAt(run, ref).next; other; other = effectAt(run, other).next) {
      if (effectAt(run, other).call == effectAt(run, ref).call) return false;
    }
  }
  return true;
}
