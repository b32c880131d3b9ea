import { Violation } from "../../../host/simulate/violation.ts";
import type { Keys } from "../agents.ts";
import { isFailure, Rules, type Told } from "./rules.ts";
import { withoutWords } from "./values.ts";

const SAYS: readonly ((dice: number) => string)[] = [
  (dice) => `said ${dice % 5}`,
  () => "no",
  () => '["one","two","three"]',
  (dice) => JSON.stringify({ score: (dice % 10) / 10, category: dice % 2 ? "x" : "y", n: dice % 3 }),
  (dice) => JSON.stringify({ done: dice % 2 === 0 }),
  () => "first\n\nsecond",
];

/** What an agent says: it depends on what it is told, and on nothing else. */
export function says(agent: string, text: string): string | undefined {
  const dice = hash(`${agent}: ${withoutWords(text)}`);
  return dice % 9 === 0 ? undefined : SAYS[(dice >>> 4) % SAYS.length](dice);
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value >>> 3;
}

/** What a run came to. */
export interface Came {
  stop: string;
  output: string;
  /** Who was told what; undefined if nobody has counted. */
  told: readonly Told[] | undefined;
}

/** Compares what a run came to with what the rules say. @throws Violation */
export function checkRules(definition: Keys, input: string, came: Came): void {
  const rules = new Rules(says);
  const expected = rules.run(definition.flow as Keys, input);
  const stop = isFailure(expected) ? expected.failed : (expected.stop ?? "done");
  const different = (what: string, by: string, is: string) => new Violation("rules-agree", `${what}: the rules say ${by}, and the run came to ${is}`);
  if (came.told !== undefined) {
    const list = (told: readonly Told[]) => told.map(({ agent, text }) => `${agent} ${withoutWords(text)}`).sort();
    const [should, are] = [list(rules.told), list(came.told)];
    const place = should.findIndex((call, index) => call !== are[index]);
    if (should.length !== are.length || place >= 0)
      throw different("calls", `${should.length}, such as ${should[place] ?? "none"}`, `${are.length}, such as ${are[Math.max(0, place)] ?? "none"}`);
  }
  if (stop !== came.stop) throw different("the end", stop, came.stop);
  if (!isFailure(expected) && withoutWords(expected.text) !== withoutWords(came.output))
    throw different("the output", JSON.stringify(expected.text), JSON.stringify(came.output));
}
