import { patternOf } from "./patterns.ts";

// The work that aixlet and its peers are given, and what must come of it. Each contender wires it in its own way; texts, answers and
// counts are these, so that nobody is measured for having done less.

/** Answers of the fake model are this long. */
export type TextSize = 20 | 2048;

export type Orchestration =
  /** Three agents one after the other; each gets the answer of the one before. A run is 3 steps. */
  | { kind: "pipeline"; size: TextSize }
  /** So many agents get the same text, and their answers are joined. A run is one fan-out. */
  | { kind: "fan-out"; branches: number }
  /** One agent calls a tool so many times, one after the other, and answers. A run is calls + 1 model calls and `calls` tool calls. */
  | { kind: "tool-loop"; calls: number };

/** A pattern with agents that answer at once, by its name. */
export interface PatternWork {
  kind: "pattern";
  pattern: string;
}

export type Work = Orchestration | PatternWork;

export const AGENTS = ["first", "second", "third"];
const INPUT = 9;
export const BRANCHES = 100;
export const CALLS = 9;

/** The effects of one run: what its time is divided by. */
export function effectsOf(work: Work): number {
  if (work.kind === "pattern") return patternOf(work.pattern).calls;
  if (work.kind === "pipeline") return AGENTS.length;
  return work.kind === "fan-out" ? work.branches : 2 * work.calls + 1;
}

/** Made once: whoever looks at an answer is not to be measured making it. */
const answers = new Map<TextSize, string[]>();

/** The text of an agent's answer: the same length for all, and different for each. */
export function answerOf(agent: number, size: TextSize): string {
  let texts = answers.get(size);
  if (texts === undefined) answers.set(size, (texts = Array.from("abcdefghij", (letter) => flat(`${letter} says: ${"word ".repeat(size)}`.slice(0, size)))));
  return texts[agent];
}

/** The same text in one piece of memory, not as the pieces it was made of. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

export function inputOf(work: Orchestration): string {
  return answerOf(INPUT, work.kind === "pipeline" ? work.size : 20);
}

/** Counts what a contender's fake model and tools were really asked. */
export class Witness {
  effects = 0;

  /** The fake model of agent `agent` in the pipeline: it has to have been given the text of the one before. */
  answer(agent: number, size: TextSize, heard: string): string {
    const before = answerOf(agent === 0 ? INPUT : agent - 1, size);
    if (heard !== before) throw new Error(`agent ${agent} was given ${JSON.stringify(heard).slice(0, 60)} instead of the answer before`);
    this.effects++;
    return answerOf(agent, size);
  }

  /** The fake model of a branch. */
  branch(heard: string): string {
    if (heard !== answerOf(INPUT, 20)) throw new Error(`a branch was given ${JSON.stringify(heard).slice(0, 60)}`);
    this.effects++;
    return answerOf(0, 20);
  }

  /** The fake model of the tool loop: given so many results, it calls the tool once more (with this number), or answers. */
  next(results: number, calls: number): number | undefined {
    this.effects++;
    return results < calls ? results : undefined;
  }

  tool(q: number): string {
    this.effects++;
    return `result ${q}`;
  }
}

export const DONE = "all calls are done";

/** Throws unless the text is what the work must come to. */
export function check(work: Work, text: string): void {
  const right =
    work.kind === "pattern"
      ? text === patternOf(work.pattern).result
      : work.kind === "pipeline"
        ? text === answerOf(AGENTS.length - 1, work.size)
        : work.kind === "tool-loop"
          ? text === DONE
          : text.split(answerOf(0, 20)).length - 1 === work.branches;
  if (!right) throw new Error(`${JSON.stringify(work)} came to ${JSON.stringify(text).slice(0, 200)}`);
}
