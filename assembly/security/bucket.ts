import { toUnits } from "../json/decimal";
import { JsonKind, JsonNode } from "../json/node";
import { words } from "../kernel/emit";
import { at, flagAt } from "./rules";
import { verdict } from "./verdict";

// A token bucket in integers: millionths of requests. What is left, and since when, the host keeps; what that means is decided here.

const ONE: u64 = 1_000_000;
/** Of requests a second, and of a burst: more is no limit. */
const MOST: u64 = 1_000_000 * ONE;

/** Takes one request out of the bucket of the verdict; false: there is none, and it says how long to wait. */
export function takeOne(limits: JsonNode | null, left: u64, since: u64, now: u64): bool {
  if (limits === null || !flagAt(limits, "enabled", false)) return true;
  const perSecond = microAt(limits, "requests_per_second");
  const perMinute = microAt(limits, "requests_per_minute");
  // Millionths of a request in sixty seconds, so that nothing is lost of a rate by the minute.
  const rate = perSecond ? perSecond * 60 : perMinute;
  if (!rate) return true;
  const burst = microAt(limits, "burst");
  const full = burst ? burst : max(ONE, (rate + 59) / 60);
  verdict.since = now;
  let has = full;
  if (since) {
    const passed = now > since ? now - since : 0;
    const missing = full > left ? full - left : 0;
    // So long that it is full, whatever it was.
    const enough = (missing * 60_000) / rate;
    has = passed > enough ? full : min(full, left + (passed * rate) / 60_000);
  }
  if (has >= ONE) {
    verdict.left = has - ONE;
    return true;
  }
  verdict.left = has;
  verdict.wait = ((ONE - has) * 60_000 + rate - 1) / rate;
  words.ascii("too many requests");
  return false;
}

/** Millionths. */
function microAt(limits: JsonNode, key: string): u64 {
  const value = at(limits, key);
  if (value === null || value.kind != JsonKind.Number) return 0;
  const units = toUnits(value.at, value.length);
  return units <= 0 ? 0 : min(<u64>units / 1000, MOST);
}
