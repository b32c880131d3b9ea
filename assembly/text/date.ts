// Times as people and other programs read them: ISO 8601, in UTC.

import { Builder } from "./builder";

const DAY: u64 = 86_400_000;

/** `2026-11-22T23:47:27.000Z` of milliseconds since 1970, up to the year 9999. */
export function writeDate(to: Builder, milliseconds: u64): void {
  // Howard Hinnant's days to civil: years that begin in March, in eras of 400 of them.
  const shifted = <u32>(milliseconds / DAY) + 719_468;
  const era = shifted / 146_097;
  const day = shifted % 146_097;
  const year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
  const dayOfYear = day - (365 * year + year / 4 - year / 100);
  const month = (5 * dayOfYear + 2) / 153;
  const isNextYear = month >= 10;
  padded(to, era * 400 + year + (isNextYear ? 1 : 0), 4);
  padded(to.byte(0x2d), isNextYear ? month - 9 : month + 3, 2);
  padded(to.byte(0x2d), dayOfYear - (153 * month + 2) / 5 + 1, 2);
  const time = <u32>(milliseconds % DAY);
  padded(to.byte(0x54), time / 3_600_000, 2);
  padded(to.byte(0x3a), (time / 60_000) % 60, 2);
  padded(to.byte(0x3a), (time / 1000) % 60, 2);
  padded(to.byte(0x2e), time % 1000, 3);
  to.byte(0x5a);
}

function padded(to: Builder, value: u32, digits: u32): void {
  for (let unit: u32 = 1000; unit; unit /= 10) {
    if (unit == 100 && digits < 3) continue;
    if (unit == 1000 && digits < 4) continue;
    to.byte(0x30 + ((value / unit) % 10));
  }
}
