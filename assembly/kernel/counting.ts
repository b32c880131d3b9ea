import { agentPlanAt } from "../definition/plan";
import { COUNT_TOKENS_FIXED, CommandKind, CountTokensCommand } from "../protocol/commands";
import { CountedEvent } from "../protocol/events";
import { beginRecord, endRecord, putBytesOf, putList } from "../protocol/output";
import { STRING_ELEMENT_SIZE, TextCount } from "../protocol/types";
import { Encoding } from "../tokens/models";
import { Activation, activationAt } from "./activation";
import { Basis, aroundPart, aroundPreface, encodingAt, firstShown, isOpenAis, prefaceText } from "./counts";
import { Effect, EffectKind, effectAt, freeEffect, newEffect } from "./effect";
import { isShown, shownLength, shownText } from "./emit";
import { attempt } from "./attempt";
import { Run, RunFlag } from "./run";
import { putWord } from "./span";
import { textLength } from "./text";
import { unlinkEffect } from "./think";
import { partAt, transcriptAt } from "./transcript";

// Exact counts. The tables are beside the core, so the texts of a request that nobody has counted go out and their counts come back: what stands
// before the parts, then each part. The activation waits, so both ways meet the same texts.

/** Bytes that a token has at most, in any table. */
const LONGEST: u32 = 128;

/** Has the request's texts counted that are not counted yet; false: there are none, or nobody can count them. */
export function askCounts(run: Run, ref: u32, provider: u32, noTools: bool): bool {
  const activation = activationAt(run, ref);
  const encoding = encodingAt(agentPlanAt(run.plan, activation.agent), provider);
  if (encoding == Encoding.Secret) return false;
  if (isKnown(transcriptAt(run, activation.transcript).basis, encoding) && !nextUncounted(run, activation, firstShown(run, activation), encoding)) return false;
  const effectRef = newEffect(run, EffectKind.Count, activation.agent, ref);
  const effect = effectAt(run, effectRef);
  effect.noTools = noTools ? 1 : 0;
  effect.provider = <u8>provider;
  effect.next = activation.effects;
  activation.effects = effectRef;
  activation.counted = 1;
  attempt(run, effectRef);
  return true;
}

/** What a provider reported of several texts is good enough only where nobody can count them. */
function isKnown(basis: u8, encoding: Encoding): bool {
  return basis >= <u8>(isOpenAis(encoding) ? Basis.Counted : Basis.Reported);
}

function nextUncounted(run: Run, activation: Activation, from: u32, encoding: Encoding): u32 {
  let ref = from;
  while (ref && (isKnown(partAt(run, ref).basis, encoding) || !isShown(partAt(run, ref), activation.agent))) ref = partAt(run, ref).next;
  return ref;
}

export function emitCountTokens(run: Run, effect: Effect, activation: Activation): void {
  const plan = agentPlanAt(run.plan, effect.agent);
  const encoding = encodingAt(plan, effect.provider);
  const preface = !isKnown(transcriptAt(run, activation.transcript).basis, encoding);
  let count: u32 = preface ? 1 : 0;
  let bytes: u32 = prefaceText(run, activation).length + 32;
  const first = nextUncounted(run, activation, firstShown(run, activation), encoding);
  for (let ref = first; ref; ref = nextUncounted(run, activation, partAt(run, ref).next, encoding)) {
    bytes += shownLength(run, partAt(run, ref), effect.agent);
    count++;
  }
  const command = changetype<CountTokensCommand>(beginRecord(CommandKind.CountTokens, COUNT_TOKENS_FIXED, bytes + count * STRING_ELEMENT_SIZE));
  run.set(RunFlag.Barrier);
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.agent = effect.agent;
  command.provider = effect.provider;
  if (isOpenAis(encoding)) {
    putWord(
      offsetof<CountTokensCommand>("encodingAt"),
      encoding == Encoding.Cl100k ? "cl100k_base" : encoding == Encoding.O200k ? "o200k_base" : "o200k_harmony",
    );
  }
  let to = putList(offsetof<CountTokensCommand>("textsAt"), count, STRING_ELEMENT_SIZE, 4);
  if (preface) {
    const text = prefaceText(run, activation);
    putBytesOf(to, text.at, text.length);
    to += STRING_ELEMENT_SIZE;
  }
  for (let ref = first; ref; ref = nextUncounted(run, activation, partAt(run, ref).next, encoding)) {
    const text = shownText(run, partAt(run, ref), effect.agent);
    putBytesOf(to, text.at, text.length);
    to += STRING_ELEMENT_SIZE;
  }
  endRecord();
}

/** The counts are there, or, with null, are none. Gives whether no tools may be called in the request they are of. */
export function takeCounts(run: Run, effectRef: u32, event: CountedEvent | null): bool {
  const effect = effectAt(run, effectRef);
  const activation = activationAt(run, effect.activation);
  const noTools = effect.noTools != 0;
  const encoding = encodingAt(agentPlanAt(run.plan, effect.agent), effect.provider);
  if (event !== null && event.tableLength) believe(run, activation, encoding, event);
  unlinkEffect(run, activation, effectRef);
  freeEffect(run, effectRef);
  return noTools;
}

function believe(run: Run, activation: Activation, encoding: Encoding, event: CountedEvent): void {
  const list = transcriptAt(run, activation.transcript);
  const basis = <u8>(<u32>Basis.Counted + <u32>encoding);
  let at = changetype<usize>(event) + event.countsAt;
  const end = at + event.countsCount * offsetof<TextCount>();
  let ref = nextUncounted(run, activation, firstShown(run, activation), encoding);
  if (!isKnown(list.basis, encoding) && at < end) {
    const tokens = load<u32>(at);
    at += offsetof<TextCount>();
    if (isCount(tokens, prefaceText(run, activation).length)) {
      list.tokens = tokens + aroundPreface(run, activation, encoding);
      list.basis = basis;
    }
  }
  for (; ref && at < end; at += offsetof<TextCount>()) {
    const part = partAt(run, ref);
    const text = shownText(run, part, activation.agent);
    const next = nextUncounted(run, activation, part.next, encoding);
    if (isCount(load<u32>(at), text.length)) {
      // A call's or result's name stands beside its text.
      part.tokens = load<u32>(at) + aroundPart(part, encoding) + textLength(run, part.name);
      part.basis = basis;
    }
    ref = next;
  }
}

/** Whether a text of so many bytes can be so many tokens. */
function isCount(tokens: u32, bytes: u32): bool {
  return tokens <= bytes && <u64>tokens * LONGEST >= bytes;
}
