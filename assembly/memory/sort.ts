import { Arena } from "./arena";

/** The addresses at `from`, sorted; equal ones as they stood. The array may be the one given or another. */
export function sortAddresses(arena: Arena, from: usize, count: u32, compare: (a: usize, b: usize) => i32): usize {
  let to = arena.allocate(count << 2);
  for (let run: u32 = 1; run < count; run <<= 1) {
    for (let start: u32 = 0; start < count; start += run << 1) {
      const middle = min(start + run, count);
      const end = min(middle + run, count);
      let left = start;
      let right = middle;
      for (let i = start; i < end; i++) {
        const takeLeft = left < middle && (right == end || compare(load<usize>(from + (left << 2)), load<usize>(from + (right << 2))) <= 0);
        store<usize>(to + (i << 2), load<usize>(from + ((takeLeft ? left++ : right++) << 2)));
      }
    }
    const sorted = to;
    to = from;
    from = sorted;
  }
  return from;
}
