import { AgentPlan, agentPlanAt } from "../definition/plan";
import { PartKind } from "../protocol/types";
import { estimateTokens } from "../tokens/estimate";
import { Encoding } from "../tokens/models";
import { Builder, newBuilder } from "../text/builder";
import { offeredLength } from "../flow/transfer";
import { Activation, Guide, activationAt } from "./activation";
import { isShown, shownLength } from "./emit";
import { promptLengthOf, promptOf } from "./amend";
import { Run } from "./run";
import { textBytes, textLength } from "./text";
import { Part, partAt, transcriptAt } from "./transcript";
import { shownSummary } from "./window";

// How many tokens a request is. What a part comes to stays with it, as soon as it is known: by the model's own table, or by the usage that its
// provider reported. Until then it is estimated; or, for whoever must be sure, taken for as many tokens as it has bytes, for no tokenizer
// of bytes makes more.
//
// A request is what stands before its parts (system text, tools), the parts, and what every message, call and tool costs beside its text.

/** How a number of tokens is known. */
export const enum Basis {
  None,
  /** By what a provider reported. */
  Reported,
  /** By a table: COUNTED + its Encoding. */
  Counted,
}

/** What a number that is not known is taken for. */
export const enum Trust {
  Estimated,
  /** Half as much again. */
  Likely,
  /** As many as there are bytes. */
  Sure,
  /** The same, and of texts that can be counted nothing but counts is believed. */
  Certain,
}

/** The highest. */
export const BASES: u8 = <u8>Basis.Counted + <u8>Encoding.Secret;

/** What stands around the texts. */
namespace Chat {
  // OpenAI's cookbook, "How to count tokens with tiktoken": three for each message and the token of its role, three before the answer; for each
  // function 22 at most beside its texts. What a call costs beside its own is not published: an upper bound.
  export const MESSAGE: u32 = 4;
  export const CALL: u32 = 16;
  export const TOOL: u32 = 22;
  export const TOOLS: u32 = 12;
  // Others publish less: upper bounds. Anthropic's "Tool use" has up to 530 for a system text about tools, more than Gemini or the chat
  // templates of open models take.
  export const OTHER_MESSAGE: u32 = 8;
  export const OTHER_CALL: u32 = 32;
  export const OTHER_TOOL: u32 = 32;
  export const OTHER_TOOLS: u32 = 530;
}

/** The tokenizer of an agent's model at that provider. */
export function encodingAt(plan: AgentPlan, provider: u32): Encoding {
  return plan.encodings ? <Encoding>load<u8>(plan.encodings + provider) : Encoding.None;
}

/** Whether providers count as OpenAI does. */
export function isOpenAis(encoding: Encoding): bool {
  return <u32>encoding - 1 < <u32>Encoding.Cl100k;
}

/** The first part that the activation's model is shown, or 0. */
export function firstShown(run: Run, activation: Activation): u32 {
  return (activation.guide == <u8>Guide.Verifying ? 0 : activation.view) || transcriptAt(run, activation.transcript).head;
}

/**
 * Tokens of the next request of an activation to one of its agent's providers: system text, tools, what it is shown of its transcript, and
 * what stands around them. With `sure` it is no less than the provider will count, where nothing but its own tokenizer and reports is
 * believed; without, it is what is likely, and half as much again for what has not been counted.
 */
export function requestTokens(run: Run, ref: u32, provider: u32, sure: bool): u32 {
  return countRequest(run, ref, provider, sure ? Trust.Sure : Trust.Likely);
}

export function countRequest(run: Run, ref: u32, provider: u32, trust: Trust): u32 {
  const activation = activationAt(run, ref);
  const plan = agentPlanAt(run.plan, activation.agent);
  const encoding = encodingAt(plan, provider);
  let total: u64 = prefaceTokens(run, activation, plan, encoding, trust);
  for (let at = firstShown(run, activation); at; at = partAt(run, at).next) {
    if (isShown(partAt(run, at), activation.agent)) total += partTokens(run, partAt(run, at), activation, encoding, trust);
  }
  return <u32>min<u64>(total, u32.MAX_VALUE);
}

/** Of a part, with what stands around it. */
export function partTokens(run: Run, part: Part, activation: Activation, encoding: Encoding, trust: Trust): u32 {
  const isFit =
    part.basis == <u8>Basis.Reported
      ? isBelieved(encoding, trust) && (trust < Trust.Sure || transcriptAt(run, activation.transcript).reader == activation.agent + 1)
      : isCountedBy(part.basis, encoding, trust);
  if (isFit) return part.tokens;
  const length = shownLength(run, part, activation.agent) + aroundPart(part, encoding);
  return trust >= Trust.Sure ? length : guess(estimateOf(run, part, encoding), length, trust);
}

/** Whether a provider's report will do. */
function isBelieved(encoding: Encoding, trust: Trust): bool {
  return trust != Trust.Certain || !isOpenAis(encoding);
}

/** Whether a number that a table gave is one for this encoding. Another one's is better than an estimate, and not sure. */
function isCountedBy(basis: u8, encoding: Encoding, trust: Trust): bool {
  return basis >= <u8>Basis.Counted && (trust < Trust.Sure || <u32>basis == <u32>Basis.Counted + <u32>encoding);
}

/** What was estimated, with room for error. */
function guess(estimate: u32, most: u32, trust: Trust): u32 {
  return min(trust == Trust.Likely ? estimate + (estimate >> 1) : estimate, most);
}

function estimateOf(run: Run, part: Part, encoding: Encoding): u32 {
  return estimateTokens(textBytes(run, part.text), textLength(run, part.text)) + (textLength(run, part.name) >> 2) + aroundPart(part, encoding);
}

export function aroundPart(part: Part, encoding: Encoding): u32 {
  const isText = part.kind == <u8>PartKind.Text || part.kind == <u8>PartKind.Reasoning;
  if (isOpenAis(encoding)) return isText ? Chat.MESSAGE : Chat.CALL;
  return isText ? Chat.OTHER_MESSAGE : Chat.OTHER_CALL;
}

const preface: Builder = newBuilder();

/** What stands before the parts: the system text, what a model is told of the tools, and what was summed up. It is good until the next one. */
export function prefaceText(run: Run, activation: Activation): Builder {
  const plan = agentPlanAt(run.plan, activation.agent);
  preface.clear();
  if (activation.system) preface.bytes(textBytes(run, activation.system), textLength(run, activation.system));
  else preface.bytes(promptOf(run, activation.agent), promptLengthOf(run, activation.agent));
  const summary = shownSummary(run, activation);
  return preface.bytes(plan.toolText, plan.toolBytes).bytes(textBytes(run, summary), textLength(run, summary));
}

function prefaceTokens(run: Run, activation: Activation, plan: AgentPlan, encoding: Encoding, trust: Trust): u64 {
  const list = transcriptAt(run, activation.transcript);
  const extra = textLength(run, activation.schema) + offeredLength(run, activation) + plan.outputSchemaLength;
  if (
    list.basis &&
    (list.basis != <u8>Basis.Reported || isBelieved(encoding, trust)) &&
    list.reader == activation.agent + 1 &&
    list.system == activation.system
  )
    return <u64>list.tokens + extra;
  const text = prefaceText(run, activation);
  const around = aroundPreface(run, activation, encoding);
  const most = text.length + around;
  return <u64>(trust >= Trust.Sure ? most : guess(estimateTokens(text.at, text.length) + around, most, trust)) + extra;
}

/** Around the system text, the tools and a summary, and before the answer. */
export function aroundPreface(run: Run, activation: Activation, encoding: Encoding): u32 {
  const plan = agentPlanAt(run.plan, activation.agent);
  const messages = (shownSummary(run, activation) ? 3 : 2) * (isOpenAis(encoding) ? Chat.MESSAGE : Chat.OTHER_MESSAGE);
  if (!plan.toolCount) return messages;
  return messages + (isOpenAis(encoding) ? Chat.TOOLS + plan.toolCount * Chat.TOOL : Chat.OTHER_TOOLS + plan.toolCount * Chat.OTHER_TOOL);
}

/** A provider reported what a request came to: what of it was not known is that much, shared out as it was estimated. */
export function settleRequest(run: Run, activation: Activation, provider: u32, reported: u32): void {
  const list = transcriptAt(run, activation.transcript);
  // What is far off was not about these texts.
  if (!reported || !list.told) return;
  const plan = agentPlanAt(run.plan, activation.agent);
  const encoding = encodingAt(plan, provider);
  let known: u64 = 0;
  let weight: u64 = 0;
  const text = prefaceText(run, activation);
  const around = aroundPreface(run, activation, encoding);
  const preface = estimateTokens(text.at, text.length) + around;
  if (list.basis) known = list.tokens;
  else weight = preface;
  for (let at = firstShown(run, activation); at; at = partAt(run, at).next) {
    const part = partAt(run, at);
    if (isShown(part, activation.agent)) {
      if (part.basis) known += part.tokens;
      else weight += estimateOf(run, part, encoding);
    }
    if (at == list.toldTail) break;
  }
  if (!weight) return;
  const left = <u64>reported > known ? <u64>reported - known : 0;
  if (!list.basis) {
    list.basis = <u8>Basis.Reported;
    list.tokens = share(left, preface, weight, text.length + around);
  }
  for (let at = firstShown(run, activation); at; at = partAt(run, at).next) {
    const part = partAt(run, at);
    if (isShown(part, activation.agent) && !part.basis) {
      part.basis = <u8>Basis.Reported;
      part.tokens = share(left, estimateOf(run, part, encoding), weight, shownLength(run, part, activation.agent) + aroundPart(part, encoding));
    }
    if (at == list.toldTail) break;
  }
}

/** An answer is at most as long when it is sent back. */
export function settleAnswer(run: Run, first: u32, encoding: Encoding, reported: u32): void {
  if (!reported) return;
  let weight: u64 = 0;
  for (let at = first; at; at = partAt(run, at).next) weight += estimateOf(run, partAt(run, at), encoding);
  for (let at = first; at; at = partAt(run, at).next) {
    const part = partAt(run, at);
    const most = textLength(run, part.text) + textLength(run, part.name) + aroundPart(part, encoding);
    part.basis = <u8>Basis.Reported;
    part.tokens = share(reported, estimateOf(run, part, encoding), weight, most) + aroundPart(part, encoding);
  }
}

/** Its share of what was reported. A report that is more than four times off is not believed; nor one of more tokens than bytes. */
function share(reported: u64, estimate: u32, weight: u64, most: u32): u32 {
  const part = (reported * estimate + weight - 1) / max<u64>(weight, 1);
  return <u32>min<u64>(max<u64>(min<u64>(part, (<u64>estimate) << 2), <u64>(estimate >> 2)), most);
}
