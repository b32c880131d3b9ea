import type { Choices } from "./choices.ts";

/** What a seed chose, as lists of numbers: each is one that was below some end. */
export type Scripts = readonly (readonly number[])[];

/**
 * Makes scripts shorter and their numbers smaller, as long as what they lead to fails. The order of passes is that of Hypothesis
 * (https://hypothesis.works/articles/how-hypothesis-works/): take chunks away, set chunks to zero, make single numbers smaller.
 */
export async function shrink(scripts: Scripts, fails: (scripts: Scripts) => boolean | Promise<boolean>, most = 4000): Promise<Scripts> {
  let best = scripts;
  let tries = 0;
  const attempt = async (next: Scripts): Promise<boolean> => {
    if (tries >= most) return false;
    tries++;
    if (!(await fails(next))) return false;
    best = next;
    return true;
  };
  for (let before = -1; before !== weigh(best) && tries < most; ) {
    before = weigh(best);
    for (let which = 0; which < best.length; which++) {
      const replace = (change: (list: number[]) => void): Promise<boolean> => {
        const list = [...best[which]];
        change(list);
        return attempt(best.map((each, index) => (index === which ? list : each)));
      };
      for (const size of [64, 16, 8, 4, 3, 2, 1]) {
        for (let at = best[which].length - size; at >= 0 && tries < most; at -= size)
          if (at + size <= best[which].length) await replace((list) => list.splice(at, size));
        for (let at = best[which].length - size; at >= 0 && tries < most; at -= size)
          if (best[which].slice(at, at + size).some((value) => value !== 0)) await replace((list) => list.fill(0, at, at + size));
      }
      for (let at = best[which].length - 1; at >= 0; at--) {
        while (best[which][at] > 0 && tries < most) if (!(await replace((list) => (list[at] >>= 1))) && !(await replace((list) => list[at]--))) break;
      }
    }
  }
  return best;
}

/** Both how many numbers there are and how large they are. */
function weigh(scripts: Scripts): number {
  return scripts.reduce((sum, script) => sum + script.length * 1e6 + script.reduce((all, value) => all + value, 0), 0);
}

/** What came of following each script, without what was never asked for. */
export function played(choices: readonly Choices[]): Scripts {
  return choices.map(({ taken = [] }) => {
    let end = taken.length;
    while (end > 0 && taken[end - 1] === 0) end--;
    return taken.slice(0, end);
  });
}
