import { ClassifierPlan, RulePlan, ruleAt } from "../definition/classifier-plan";
import { Builder } from "../text/builder";
import { writeDate } from "../text/date";
import { Slice, sameBytes } from "../text/slice";

// What a classifier has decided, in the scratch arena, and the record that tells of it.

/** A category and how sure the classifier is of it. */
@unmanaged
export class Guess {
  at: usize;
  length: u32;
  /** Units of 10⁻⁹. */
  confidence: i64;
}

@unmanaged
export class Classification {
  best: Guess;
  /** Surest first. */
  others: usize; // Guess[otherCount]
  otherCount: u32;
  /** All that are sure enough, surest first, where several may apply. */
  labels: usize; // Guess[labelCount]
  labelCount: u32;
  reasoning: Slice;
  sentiment: Slice;
  priority: Slice;
}

export function guessAt(guesses: usize, index: u32): Guess {
  return changetype<Guess>(guesses + index * offsetof<Guess>());
}

/** Surest first, as written among equals. */
export function sortGuesses(guesses: usize, count: u32): void {
  for (let i: u32 = 1; i < count; i++) {
    const moved = guessAt(guesses, i);
    const at = moved.at;
    const length = moved.length;
    const confidence = moved.confidence;
    let place = i;
    for (; place && guessAt(guesses, place - 1).confidence < confidence; place--) {
      memory.copy(changetype<usize>(guessAt(guesses, place)), changetype<usize>(guessAt(guesses, place - 1)), offsetof<Guess>());
    }
    const to = guessAt(guesses, place);
    to.at = at;
    to.length = length;
    to.confidence = confidence;
  }
}

/** The record of grammar 2.4. `plan` is 0 for an agent that is no classifier: whatever it decides is accepted. */
export function writeRecord(to: Builder, plan: ClassifierPlan, result: Classification, strategy: string, tokens: u32, now: u64): void {
  const best = result.best;
  const own = changetype<usize>(plan) != 0;
  const accepted = isAccepted(plan, result);
  to.ascii('{"category":').json(best.at, best.length);
  to.ascii(',"confidence":').decimal(best.confidence);
  to.ascii(',"accepted":').ascii(accepted ? "true" : "false");
  if (!own || plan.reasons) to.ascii(',"reasoning":').json(result.reasoning.at, result.reasoning.length);
  if (!own || plan.alternatives)
    writeGuesses(to.ascii(',"alternatives":'), result.others, own ? min(plan.mostAlternatives, result.otherCount) : result.otherCount);
  if (own && plan.several) writeGuesses(to.ascii(',"categories":'), result.labels, result.labelCount);
  if (result.sentiment.length) to.ascii(',"sentiment":').json(result.sentiment.at, result.sentiment.length);
  if (result.priority.length) to.ascii(',"priority":').json(result.priority.at, result.priority.length);
  if (own) writeRule(to, plan, best, accepted, now);
  to.ascii(',"tokens_used":').integer(tokens);
  to.ascii(',"prompt_strategy":"').ascii(strategy).ascii('"}');
}

export function isAccepted(plan: ClassifierPlan, result: Classification): bool {
  return !changetype<usize>(plan) || result.best.confidence >= plan.threshold;
}

function writeGuesses(to: Builder, guesses: usize, count: u32): void {
  to.byte(0x5b);
  for (let i: u32 = 0; i < count; i++) {
    const guess = guessAt(guesses, i);
    if (i) to.byte(0x2c);
    to.ascii('{"category":').json(guess.at, guess.length);
    to.ascii(',"confidence":').decimal(guess.confidence).byte(0x7d);
  }
  to.byte(0x5d);
}

/** What follows the category: who deals with it, until when, and whether somebody else must look at it. */
function writeRule(to: Builder, plan: ClassifierPlan, best: Guess, accepted: bool, now: u64): void {
  for (let i: u32 = 0; i < plan.ruleCount; i++) {
    const rule: RulePlan = ruleAt(plan, i);
    if (!sameBytes(rule.category.at, rule.category.length, best.at, best.length)) continue;
    if (rule.team.length) to.ascii(',"team":').json(rule.team.at, rule.team.length);
    if (rule.due) {
      writeDate(to.ascii(',"due":"'), now + rule.due);
      to.byte(0x22);
    }
    if (rule.escalates && !accepted) to.ascii(',"escalate":true');
    return;
  }
}
