// What calls cost. Prices are micro-dollars for a million tokens, so a token costs a whole number of 10⁻¹² dollars, and so does everything in
// the ledger: sums are exact, and nothing is rounded before it is shown.

/** Micro-dollars are so many units of the ledger. */
export const MICRO: u64 = 1_000_000;
/** What is dearer counts as this: a million dollars, far below where sums would overflow. */
const MOST: u64 = 1 << 60;

/** The protocol's `tariff`. */
@unmanaged
export class Tariff {
  input: u64;
  output: u64;
  cachedRead: u64;
  cachedWrite: u64;
  reasoning: u64;
}

/** The end of the protocol's `model-facts`: the usual tariff, from how many input tokens on the other one holds, and that one. */
@unmanaged
export class Price {
  input: u64;
  output: u64;
  cachedRead: u64;
  cachedWrite: u64;
  reasoning: u64;
  longFrom: u64;
  longInput: u64;
  longOutput: u64;
  longCachedRead: u64;
  longCachedWrite: u64;
  longReasoning: u64;
}

/** Tokens of a call: input with what was read from and written to a cache, output with reasoning. */
@unmanaged
export class Tokens {
  input: u64;
  output: u64;
  cachedRead: u64;
  cachedWrite: u64;
  reasoning: u64;
}

function tariffOf(price: Price, input: u64): Tariff {
  const from = <u32>price.longFrom;
  return changetype<Tariff>(from && input > from ? changetype<usize>(price) + offsetof<Price>("longInput") : changetype<usize>(price));
}

function times(tokens: u64, price: u64): u64 {
  return tokens && price > MOST / tokens ? MOST : tokens * price;
}

/** What a call has cost. Its tokens do not contradict each other. */
export function costOf(price: Price, used: Tokens): u64 {
  const tariff = tariffOf(price, used.input);
  return (
    times(used.input - used.cachedRead - used.cachedWrite, tariff.input) +
    times(used.cachedRead, tariff.cachedRead) +
    times(used.cachedWrite, tariff.cachedWrite) +
    times(used.output - used.reasoning, tariff.output) +
    times(used.reasoning, tariff.reasoning)
  );
}

/** What a token of input costs at most in a call with so many of them. */
export function dearestInput(price: Price, input: u64): u64 {
  const tariff = tariffOf(price, input);
  return max(tariff.input, max(tariff.cachedRead, tariff.cachedWrite));
}

export function dearestOutput(price: Price, input: u64): u64 {
  const tariff = tariffOf(price, input);
  return max(tariff.output, tariff.reasoning);
}

/** What a call with so many tokens can cost, however they are made up: a long one's tariff is never the cheaper one. */
export function worstCost(price: Price, input: u64, output: u64): u64 {
  return times(input, dearestInput(price, input)) + times(output, dearestOutput(price, input));
}

/** Micro-dollars, rounded half to even. */
export function toMicro(money: u64): u64 {
  const whole = money / MICRO;
  const rest = money % MICRO;
  return whole + (rest > MICRO / 2 || (rest == MICRO / 2 && whole & 1) ? 1 : 0);
}

/** Contradictions are settled for the larger: what was cached is part of the input, and reasoning of the output. */
export function settleTokens(used: Tokens): void {
  used.input = max(used.input, used.cachedRead + used.cachedWrite);
  used.output = max(used.output, used.reasoning);
}
