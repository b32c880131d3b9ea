import { divide } from "../agents/ratio";
import { alike, alikeParts, comparedBytes } from "./alike";
import { ONE, Parts, partAt } from "./parts";

/**
 * How much the parts agree with what was made of them, in units of 10⁻⁹: six tenths how alike it is to each, by their confidence, and four
 * tenths how alike they are among each other. Of one part alone: 1.
 */
export function consensusLevel(parts: Parts, text: usize, length: u32): i64 {
  if (parts.count == 1) return ONE;
  const most = comparedBytes(parts);
  let toResult: i64 = 0;
  let confidence: i64 = 0;
  let plain: i64 = 0;
  let among: i64 = 0;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    const near = alike(part.answer, part.answerLength, text, length, most);
    // In millionths, so that no sum is too large.
    toResult += near * (part.confidence / 1000);
    confidence += part.confidence / 1000;
    plain += near;
    for (let k: u32 = 0; k < i; k++) among += alikeParts(parts, k, i, most);
  }
  const mean = confidence ? divide(toResult, confidence) : divide(plain, parts.count);
  return divide(6 * mean + 4 * divide(among, (<i64>parts.count * (parts.count - 1)) >> 1), 10);
}
