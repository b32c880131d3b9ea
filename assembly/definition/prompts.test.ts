import { expect, test } from "vitest";
import { lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();
const problems = (more: string) => lines(loadYaml(core, `${more}\nagents: [{ name: a, role: logger }]\n`));

test("texts of the core's may be replaced, by their names", () => {
  expect(problems('prompts: { option_line: "* {name}{?description} ({description}){/}" }')).toEqual([]);
  expect(lines(loadYaml(core, 'agents: [{ name: a, model: gpt-4, prompts: { repair: "No: {errors}" } }]\n'))).toEqual([]);
  expect(problems('prompts: { optionline: "x" }')).toEqual(["error unknown-key 1:12 prompts.optionline: there is no key `optionline` here (option_line)"]);
});

test("a gap that the text does not have is shown", () => {
  expect(problems('prompts: { option_line: "* {nam}" }')).toEqual([
    "warning unknown-gap 1:25 prompts.option_line: the text that `option_line` replaces has no gap `{nam}`: it stays as it is (name)",
  ]);
  expect(problems("prompts: { option_line: '{\"a\": {} } {errors} {x} {/}' }")).toEqual([
    "warning unknown-gap 1:25 prompts.option_line: the text that `option_line` replaces has no gap `{errors}`: it stays as it is",
  ]);
});

test("a version of the core's texts is pinned, one that it has", () => {
  expect(problems('prompt_version: "1"')).toEqual([]);
  expect(problems('prompt_version: "7"')).toEqual(["error bad-choice 1:17 prompt_version: `7` is none of `1`"]);
  expect(problems("prompt_version: 1")).toEqual(['error wrong-type 1:17 prompt_version: this must be a word, not the number `1` ("1")']);
});
