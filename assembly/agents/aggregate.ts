import { Conflict, JoinStrategy } from "../definition/table";
import { agentPlanAt } from "../definition/plan";
import { TermKind, termAt } from "../flow/term";
import { extractJson } from "../json/extract";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { alike, comparedBytes } from "../join/alike";
import { cluster } from "../join/cluster";
import { decide, settleParts } from "../join/compute";
import { consensusLevel } from "../join/level";
import { Parts, partAt, partsOf } from "../join/parts";
import { JoinPlan, asksModel } from "../join/plan";
import { conflicts, facts, writeFacts, writeRecord } from "../join/result";
import { byConfidence, heaviest, vote, winner } from "../join/votes";
import { Activation, ActivationState, Program, activationAt, noteNumber, noteText, openNotes, setNoteNumber, setNoteText } from "../kernel/activation";
import { abandonAll, closeRun, failActivation } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { Run, RunState } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { finishWith, hasModel, openHearing, think } from "../kernel/think";
import { scratch } from "../memory/scratch";
import { Level, StopReason } from "../protocol/types";
import { Prompt } from "../prompts/table";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { sameBytes } from "../text/slice";
import { failAggregate } from "./aggregator";
import { beginQuestion, endQuestion, showPart, showParts, showResult, showText, wantVerdict } from "./aggregate-prompt";

// An aggregator at work: many messages become one, by a calculation or by a model. With a model it writes the text; settles a consensus that is
// none; sums up what is to be learnt. The parts are read from the activation's input each time.
//
//   group, group ... (hierarchical)  ->  write  ->  arbitrate (consensus)  ->  insights

const enum Phase {
  Write,
  Group,
  Arbitrate,
  Insights,
}

const enum Text {
  Content,
  /** What was settled, as the inside of a list in JSON. */
  Conflict,
  Insights,
  /** Of `hierarchical`: what is still to be summed up, from here on. */
  Entries,
}

const enum Count {
  /** When it began, in milliseconds. */
  Started,
  /** Entries of this level; how many of them are summed up; how many summaries there are. */
  Entries,
  Read,
  Written,
  Numbers,
}

const GROUP: u32 = 3;

const content = newBuilder();
const record = newBuilder();
const folded = newBuilder();

/** How the activation joins: as its term says, or as its agent does. */
function joinOf(run: Run, activation: Activation): JoinPlan {
  return isJoin(run, activation)
    ? changetype<JoinPlan>(termAt(run.plan.flow, activation.term - 1).join)
    : agentPlanAt(run.plan, activation.agent).aggregator.join;
}

function isJoin(run: Run, activation: Activation): bool {
  return activation.term != 0 && termAt(run.plan.flow, activation.term - 1).kind == <u8>TermKind.Join;
}

function readParts(run: Run, ref: u32): Parts {
  scratch.free();
  const activation = activationAt(run, ref);
  const meta = activation.inputMeta;
  const input = activation.input;
  return partsOf(joinOf(run, activation), textBytes(run, input), textLength(run, input), textBytes(run, meta), textLength(run, meta));
}

/** Its input is what is joined. `since`: when the first of it came, in milliseconds. */
export function beginAggregate(run: Run, ref: u32, since: u64): void {
  const parts = readParts(run, ref);
  const join = parts.join;
  activationAt(run, ref).program = <u8>Program.Aggregate;
  const hierarchical = join.strategy == <u8>JoinStrategy.Hierarchical;
  if (!settleParts(parts)) return failActivation(run, ref, StopReason.Failed);
  if (!asksModel(join)) {
    if (!decide(join, parts, 0, 0, content.clear())) return failActivation(run, ref, StopReason.Failed);
    if (!join.summary || !hasModel(run, ref)) return tell(run, ref, parts, since);
  }
  openNotes(run, ref, <u16>(<u32>Text.Entries + (hierarchical ? parts.count : 0)), <u16>Count.Numbers);
  setNoteNumber(run, ref, Count.Started, since);
  if (!activationAt(run, ref).ownsTranscript) openHearing(run, ref);
  if (!asksModel(join)) {
    setNoteText(run, ref, Text.Content, newText(run, content.at, content.length));
    return sumUp(run, ref, parts);
  }
  if (!hierarchical) return write(run, ref, parts);
  let count: u32 = 0;
  for (let i: u32 = 0; i < parts.count; i++) {
    if (partAt(parts, i).same != i) continue;
    const shown = beginQuestion(run, ref, Prompt.AggregateGroup);
    showPart(run, ref, parts, partAt(parts, i));
    setNoteText(run, ref, Text.Entries + count++, newText(run, shown.at, shown.length));
  }
  setNoteNumber(run, ref, Count.Entries, count);
  nextGroup(run, ref, parts);
}

/** Whether what it has noted can be worked on. */
export function aggregateSound(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  // Its answer is on its way.
  if (activation.state == ActivationState.Sending) return true;
  const join = joinOf(run, activation);
  if (!changetype<usize>(join) || activation.phase > <u8>Phase.Insights) return false;
  if (activation.noteTexts < <u16>Text.Entries || activation.noteNumbers != <u16>Count.Numbers || !activation.ownsTranscript) return false;
  const entries = noteNumber(run, ref, Count.Entries);
  const read = noteNumber(run, ref, Count.Read);
  const written = noteNumber(run, ref, Count.Written);
  return entries >= 0 && entries <= <i64>activation.noteTexts - Text.Entries && read >= 0 && written >= 0 && written <= read && read <= entries;
}

/** Takes over the hold on `text`. */
export function aggregateAnswered(run: Run, ref: u32, text: u32): void {
  const parts = readParts(run, ref);
  if (!settleParts(parts)) {
    dropText(run, text);
    activationAt(run, ref).phase = <u8>Phase.Write;
    return failActivation(run, ref, StopReason.Failed);
  }
  const phase = <Phase>activationAt(run, ref).phase;
  if (phase == Phase.Group) return groupAnswered(run, ref, parts, text);
  if (!textLength(run, text) && phase != Phase.Insights) {
    words.clear().ascii("the model gave no text");
    return failActivation(run, ref, StopReason.Failed);
  }
  if (phase == Phase.Insights) {
    setNoteText(run, ref, Text.Insights, text);
    return finish(run, ref, parts);
  }
  if (phase == Phase.Arbitrate) return arbitrated(run, ref, parts, text);
  setNoteText(run, ref, Text.Content, text);
  if (parts.join.strategy == <u8>JoinStrategy.Consensus && levelOf(run, ref, parts) < parts.join.consensus) return settle(run, ref, parts);
  sumUp(run, ref, parts);
}

/**
 * It has failed, and `words` says why; true: it goes on without that answer, or, if it is wired, has told everyone who hears it that it
 * failed.
 */
export function aggregateFailed(run: Run, ref: u32, stop: StopReason): bool {
  if (run.state != RunState.Running || stop == StopReason.Cancelled) return false;
  const activation = activationAt(run, ref);
  const late = activation.deadlineAt != 0 && run.now >= activation.deadlineAt;
  if (!late && stop != StopReason.Budget && mayLack(<Phase>activation.phase)) {
    emitNotice(run, activation.agent, Level.Warn, "summary-failed");
    aggregateAnswered(run, ref, 0);
    return true;
  }
  if (activation.node) return false;
  failAggregate(run, activation.agent, stop, record.clear());
  abandonAll(run, activation);
  finishWith(run, ref, record, null);
  if (run.plan.failureStops) closeRun(run, stop);
  return true;
}

/** Without the summary of a group its texts stand for it, and there need be no insights. */
function mayLack(phase: Phase): bool {
  return phase == Phase.Group || phase == Phase.Insights;
}

function ask(run: Run, ref: u32, phase: Phase): void {
  endQuestion(run, ref);
  activationAt(run, ref).phase = <u8>phase;
  think(run, ref);
}

function write(run: Run, ref: u32, parts: Parts): void {
  beginQuestion(run, ref, <u32>Prompt.AggregateConsensus + parts.join.strategy);
  const entries = <u32>noteNumber(run, ref, Count.Entries);
  for (let i: u32 = 0; i < entries; i++) showText(run, noteText(run, ref, Text.Entries + i));
  if (!entries) showParts(run, ref, parts);
  ask(run, ref, Phase.Write);
}

// ---- hierarchical ----

/** Groups of three in order, until no more than three are left. */
function nextGroup(run: Run, ref: u32, parts: Parts): void {
  let entries = <u32>noteNumber(run, ref, Count.Entries);
  let read = <u32>noteNumber(run, ref, Count.Read);
  let written = <u32>noteNumber(run, ref, Count.Written);
  while (entries > GROUP) {
    if (entries - read > 1) break;
    // One that is left over stands for itself.
    if (read < entries) {
      const last = holdText(run, noteText(run, ref, Text.Entries + read));
      setNoteText(run, ref, Text.Entries + read, 0);
      setNoteText(run, ref, Text.Entries + written++, last);
    }
    entries = written;
    read = 0;
    written = 0;
  }
  setNoteNumber(run, ref, Count.Entries, entries);
  setNoteNumber(run, ref, Count.Read, read);
  setNoteNumber(run, ref, Count.Written, written);
  if (entries <= GROUP) return write(run, ref, parts);
  beginQuestion(run, ref, Prompt.AggregateGroup);
  showGroup(run, ref, read, min(read + GROUP, entries));
  ask(run, ref, Phase.Group);
}

function showGroup(run: Run, ref: u32, from: u32, end: u32): void {
  for (let i = from; i < end; i++) showText(run, noteText(run, ref, Text.Entries + i));
}

/** A group whose summary failed is its texts as they are. */
function groupAnswered(run: Run, ref: u32, parts: Parts, text: u32): void {
  const entries = <u32>noteNumber(run, ref, Count.Entries);
  const read = <u32>noteNumber(run, ref, Count.Read);
  const written = <u32>noteNumber(run, ref, Count.Written);
  const end = min(read + GROUP, entries);
  if (!textLength(run, text)) {
    const shown = beginQuestion(run, ref, Prompt.AggregateGroup);
    showGroup(run, ref, read, end);
    text = newText(run, shown.at, shown.length);
  }
  for (let i = read; i < end; i++) setNoteText(run, ref, Text.Entries + i, 0);
  setNoteText(run, ref, Text.Entries + written, text);
  setNoteNumber(run, ref, Count.Read, end);
  setNoteNumber(run, ref, Count.Written, written + 1);
  nextGroup(run, ref, parts);
}

// ---- a consensus that is none ----

function levelOf(run: Run, ref: u32, parts: Parts): i64 {
  const text = noteText(run, ref, Text.Content);
  return consensusLevel(parts, textBytes(run, text), textLength(run, text));
}

function settle(run: Run, ref: u32, parts: Parts): void {
  const conflict = <Conflict>parts.join.conflict;
  if (conflict == Conflict.LlmArbitration) {
    beginQuestion(run, ref, Prompt.AggregateArbitrate);
    wantVerdict(run, ref);
    showParts(run, ref, parts);
    showResult(run, ref, noteText(run, ref, Text.Content));
    return ask(run, ref, Phase.Arbitrate);
  }
  content.clear();
  words.clear();
  if (conflict == Conflict.Merge) {
    const shown = beginQuestion(run, ref, Prompt.AggregateConsensus);
    showParts(run, ref, parts);
    content.bytes(shown.at, shown.length);
    words.ascii("all of it stands side by side");
  } else {
    vote(parts, JoinStrategy.VotingMajority);
    const chosen = conflict == Conflict.Vote ? winner : conflict == Conflict.Confidence ? byConfidence(parts) : heaviest(parts);
    const part = partAt(parts, chosen);
    content.bytes(part.answer, part.answerLength);
    if (conflict == Conflict.Vote) words.integer(part.count).ascii(" of ").integer(parts.count).ascii(" inputs say so");
    else words.bytes(part.name, part.nameLength).ascii(conflict == Conflict.Confidence ? " is surest" : " weighs most");
  }
  noteConflict(run, ref, parts, null);
  sumUp(run, ref, parts);
}

/** The arbiter's JSON; an answer that is none is the text itself. */
function arbitrated(run: Run, ref: u32, parts: Parts, text: u32): void {
  const verdict = extractJson(scratch, textBytes(run, text), textLength(run, text), 0x7b);
  const resolution = stringOf(verdict, "resolution");
  const reasoning = stringOf(verdict, "reasoning");
  words.clear();
  content.clear();
  if (resolution === null) content.bytes(textBytes(run, text), textLength(run, text));
  else content.bytes(resolution.at, resolution.length);
  if (reasoning !== null) words.bytes(reasoning.at, reasoning.length);
  noteConflict(run, ref, parts, stringOf(verdict, "topic"));
  dropText(run, text);
  sumUp(run, ref, parts);
}

function stringOf(object: JsonNode | null, word: string): JsonNode | null {
  if (object === null) return null;
  const found = memberNamed(object, word);
  return found !== null && found.kind == JsonKind.String && found.length ? found : null;
}

/** What `content` holds is to stand, `words` says why, and those that it is not like enough were against it. */
function noteConflict(run: Run, ref: u32, parts: Parts, topic: JsonNode | null): void {
  record.clear().ascii('{"topic":');
  if (topic === null) record.ascii('"consensus"');
  else record.json(topic.at, topic.length);
  record.ascii(',"conflicting_sources":[');
  foldText(folded.clear(), content.at, content.length);
  const most = comparedBytes(parts);
  let more = false;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (sameBytes(part.folded, part.foldedLength, folded.at, folded.length)) continue;
    if (alike(part.answer, part.answerLength, content.at, content.length, most) >= parts.join.consensus) continue;
    if (more) record.byte(0x2c);
    more = true;
    record.json(part.name, part.nameLength);
  }
  record.ascii('],"resolution":').json(content.at, content.length).ascii(',"reasoning":').json(words.at, words.length).byte(0x7d);
  setNoteText(run, ref, Text.Conflict, newText(run, record.at, record.length));
  setNoteText(run, ref, Text.Content, newText(run, content.at, content.length));
}

// ---- the end ----

function sumUp(run: Run, ref: u32, parts: Parts): void {
  if (!parts.join.summary) return finish(run, ref, parts);
  beginQuestion(run, ref, Prompt.AggregateInsights);
  showParts(run, ref, parts);
  showResult(run, ref, noteText(run, ref, Text.Content));
  ask(run, ref, Phase.Insights);
}

function finish(run: Run, ref: u32, parts: Parts): void {
  const conflict = noteText(run, ref, Text.Conflict);
  const insights = noteText(run, ref, Text.Insights);
  content.clear();
  if (!asksModel(parts.join)) {
    if (!decide(parts.join, parts, 0, 0, content)) return failActivation(run, ref, StopReason.Failed);
  } else {
    const text = noteText(run, ref, Text.Content);
    content.bytes(textBytes(run, text), textLength(run, text));
    conflicts.bytes(textBytes(run, conflict), textLength(run, conflict));
    facts.level = levelOf(run, ref, parts);
    if (parts.join.strategy == <u8>JoinStrategy.Semantic) facts.clusters = cluster(parts);
  }
  if (insights) {
    facts.insights = textBytes(run, insights);
    facts.insightsLength = textLength(run, insights);
  }
  tell(run, ref, parts, <u64>noteNumber(run, ref, Count.Started));
}

/** A join gives its text, with the rest as metadata; an agent gives all of it. */
function tell(run: Run, ref: u32, parts: Parts, since: u64): void {
  const activation = activationAt(run, ref);
  facts.tokens = activation.tokens;
  facts.elapsed = run.now > since ? run.now - since : 0;
  record.clear();
  if (isJoin(run, activation)) {
    writeFacts(record, parts);
    return finishWith(run, ref, content, record);
  }
  writeRecord(record, parts, content);
  if (!activation.node) return finishWith(run, ref, record, null);
  content.clear().ascii('{"agreement":').decimal(facts.level).byte(0x7d);
  finishWith(run, ref, record, content);
}
