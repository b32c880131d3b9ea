import type { Message } from "./rules.ts";
import { fieldOf } from "./values.ts";

type Test = (message: Message, iteration: number | undefined) => boolean;

const number = ({ text }: Message, name: string): number | undefined => {
  const value = fieldOf(text, name);
  return typeof value === "number" ? value : undefined;
};
const equals = ({ text }: Message, name: string, wanted: unknown) => fieldOf(text, name) === wanted;

/** Conditions, each with what it means, said once more. A comparison with something missing is false, and `not` makes it true. */
const MEANINGS: Record<string, Test> = {
  "text != 'no'": ({ text }) => text !== "no",
  "score >= 0.5 or text == 'no'": (message) => (number(message, "score") ?? -1) >= 0.5 || message.text === "no",
  "not (n == 1)": (message) => !equals(message, "n", 1),
  "not (category == 'x')": (message) => !equals(message, "category", "x"),
  "n == 1 or score < 0.3": (message) => equals(message, "n", 1) || (number(message, "score") ?? 1) < 0.3,
  done: (message) => equals(message, "done", true),
};
const IN_LOOPS: Record<string, Test> = {
  "iteration >= 2 and not (n == 2)": (message, iteration) => (iteration ?? 0) >= 2 && !equals(message, "n", 2),
};

export const CONDITIONS = Object.keys(MEANINGS);
export const LOOP_CONDITIONS = [...CONDITIONS, ...Object.keys(IN_LOOPS)];

export function holds(condition: string, message: Message, iteration: number | undefined): boolean {
  return (MEANINGS[condition] ?? IN_LOOPS[condition])(message, iteration);
}
