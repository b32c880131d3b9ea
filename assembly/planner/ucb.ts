// Which way a search goes on: UCB1 (Auer, Cesa-Bianchi and Fischer, "Finite-time analysis of the multiarmed bandit problem", 2002).
// All in one order of f64 operations, which every wasm engine rounds alike.

const LN2: f64 = 0.6931471805599453;
const SQRT2: f64 = 1.4142135623730951;
/** No score is larger, so that it stays a number of units. */
const MOST: f64 = 9e18;

/** The natural logarithm of a number of 1 or more: x = m·2^e with m about 1, and ln m = 2 artanh((m − 1) ÷ (m + 1)), as a series. */
export function ln(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > SQRT2) {
    m *= 0.5;
    exponent++;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum: f64 = 0;
  for (let k = 21; k > 0; k -= 2) sum = sum * square + 1 / <f64>k;
  return <f64>exponent * LN2 + 2 * s * sum;
}

/** value ÷ visits + c·√(ln parent's visits ÷ visits), rounded half to even; value, c and the result in units of 10⁻⁹, visits at least 1. */
export function ucb(value: i64, visits: u32, parentVisits: u32, c: i64): i64 {
  const n = <f64>visits;
  const explore = <f64>c * sqrt<f64>(ln(<f64>parentVisits) / n);
  return <i64>nearest<f64>(min<f64>(<f64>value / n + explore, MOST));
}
