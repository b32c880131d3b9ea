import { Plan, agentPlanAt } from "../definition/plan";
import { Builder } from "../text/builder";
import { Slice } from "../text/slice";
import { GAP_COUNT, Gap, PROMPT_COUNT, Prompt, TABLE, TEXTS } from "./table";

// Writes a text that the core says to a model: the agent's own if the definition replaces it for that agent, else the definition's, else the
// core's. Whoever writes one clears the gaps, sets those it fills, and writes; a gap that is not set is empty.

/** Before a gap's number, in texts; no byte of UTF-8. */
export const GAP: u32 = 0xff;
/** Before that of a section's that stands if the gap is filled, and if it is empty. */
export const FILLED: u32 = 0xfe;
export const EMPTY: u32 = 0xfd;
/** Ends a section. */
export const END: u32 = 0xfc;

const gaps: usize = memory.data(<i32>GAP_COUNT * offsetof<Slice>(), 8);

function gapAt(gap: u32): Slice {
  assert(gap < GAP_COUNT);
  return changetype<Slice>(gaps + gap * offsetof<Slice>());
}

export function clearGaps(): void {
  memory.fill(gaps, 0, GAP_COUNT * offsetof<Slice>());
}

/** The bytes stay where they are until the text is written. */
export function setGap(gap: Gap, at: usize, length: u32): void {
  const slice = gapAt(gap);
  slice.at = at;
  slice.length = length;
}

/** Fills a gap with an ASCII word: for those that only say whether a section stands. */
export function setFlag(gap: Gap): void {
  setGap(gap, TABLE, 1);
}

/** Appends the text; `agent` is an index of the plan's, or NO_AGENT. */
export function writePrompt(to: Builder, plan: Plan, agent: u32, prompt: Prompt): void {
  let texts = plan.prompts;
  if (agent < plan.agentCount && agentPlanAt(plan, agent).prompts) texts = agentPlanAt(plan, agent).prompts;
  writeText(to, texts, prompt);
}

/** Appends one of these texts, Slice[PROMPT_COUNT], or the core's own; `texts` may be 0. */
export function writeText(to: Builder, texts: usize, prompt: Prompt): void {
  const replaced = texts ? changetype<Slice>(texts + <u32>prompt * offsetof<Slice>()) : changetype<Slice>(0);
  if (texts && replaced.at) fill(to, replaced.at, replaced.length);
  else fill(to, builtInAt(prompt), builtInLength(prompt));
}

export function builtInAt(prompt: u32): usize {
  assert(prompt < PROMPT_COUNT);
  return TABLE + TEXTS + load<u16>(TABLE + (prompt << 1));
}

export function builtInLength(prompt: u32): u32 {
  return <u32>load<u16>(TABLE + (prompt << 1), 2) - load<u16>(TABLE + (prompt << 1));
}

function fill(to: Builder, at: usize, length: u32): void {
  const end = at + length;
  let skips = false;
  let start = at;
  while (at < end) {
    const mark = <u32>load<u8>(at);
    if (mark < END) {
      at++;
      continue;
    }
    if (!skips) to.bytes(start, <u32>(at - start));
    if (mark == END) skips = false;
    else {
      const gap = gapAt(load<u8>(at, 1));
      if (mark != GAP) skips = (gap.length != 0) == (mark == EMPTY);
      else if (!skips) to.bytes(gap.at, gap.length);
      at++;
    }
    start = ++at;
  }
  if (!skips) to.bytes(start, <u32>(end - start));
}
