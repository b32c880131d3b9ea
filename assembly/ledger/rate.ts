// A token bucket as one number (the generic cell rate algorithm, ITU-T I.371): the time at which it would be full again. A minute's worth may be
// taken at once; what is taken moves that time on, by as long as it takes to come back. Times are microseconds.

const MINUTE: u64 = 60_000_000;

/** When so much may be taken: in milliseconds, `now` if at once. More than a whole bucket holds is had when it is full, and paid off after. */
export function bucketTime(full: u64, perMinute: u32, amount: u64, now: u64): u64 {
  if (!perMinute) return now;
  const room = MINUTE - min(worth(perMinute, amount), MINUTE);
  if (full <= now * 1000 + room) return now;
  return (full - room + 999) / 1000;
}

/** The bucket after so much was taken. */
export function takeFrom(full: u64, perMinute: u32, amount: u64, now: u64): u64 {
  return perMinute ? max(full, now * 1000) + worth(perMinute, amount) : 0;
}

/** Microseconds in which so much comes back. */
function worth(perMinute: u32, amount: u64): u64 {
  return (min<u64>(amount, u32.MAX_VALUE) * MINUTE) / perMinute;
}
