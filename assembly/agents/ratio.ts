/** part / whole in units of 10⁻⁹, rounded half to even; 0 if `whole` is 0. `whole` is below 2^59. */
export function ratio(part: i64, whole: i64): i64 {
  if (whole <= 0) return 0;
  // Long division digit by digit: nothing overflows as long as ten times `whole` does not.
  let quotient = part / whole;
  let rest = part % whole;
  for (let digit = 0; digit < 9; digit++) {
    rest *= 10;
    quotient = quotient * 10 + rest / whole;
    rest %= whole;
  }
  const twice = rest << 1;
  if (twice > whole || (twice == whole && quotient & 1)) quotient++;
  return quotient;
}

/** part / whole, both not below 0, rounded half to even. */
export function divide(part: i64, whole: i64): i64 {
  const quotient = part / whole;
  const twice = (part % whole) << 1;
  return twice > whole || (twice == whole && quotient & 1) ? quotient + 1 : quotient;
}
