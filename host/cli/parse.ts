import { parseArgs } from "node:util";
import { type Command, type Option, shared } from "./commands.ts";
import { nearest } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

/** A command line, understood. */
export interface Parsed {
  files: readonly string[];
  /** The value of an option that was given. */
  value(name: string): string | undefined;
  /** All values of an option that may be given several times. */
  values(name: string): readonly string[];
  has(name: string): boolean;
}

/** @throws UsageError */
export function parse(command: Command, args: readonly string[]): Parsed {
  const options = [...command.options, ...shared];
  const config = Object.fromEntries(
    options.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), ...(short !== undefined && { short }) },
    ]),
  );
  // Not strict: the messages of strict mode are its own, and suggest nothing.
  const { tokens } = parseArgs({ args: [...args], options: config, strict: false, allowPositionals: true, tokens: true });
  const files: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind !== "option") continue;
    const option = options.find(({ name }) => name === token.name);
    if (option === undefined) throw unknownOption(command, token.rawName, options);
    const before = values.get(option.name) ?? [];
    if (before.length > 0 && option.value !== undefined && option.many !== true) throw new UsageError(`--${option.name} is given twice`, helpOf(command));
    values.set(option.name, [...before, givenValue(command, option, token.rawName, token.value, token.inlineValue === true, options)]);
  }
  if (!values.has("help")) checkCount(command, files);
  return { files, value: (name) => values.get(name)?.[0], values: (name) => values.get(name) ?? [], has: (name) => values.has(name) };
}

function givenValue(command: Command, option: Option, rawName: string, value: string | undefined, inline: boolean, options: readonly Option[]): string {
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`, helpOf(command));
    return "";
  }
  const isOption = !inline && value !== undefined && options.some(({ name, short }) => value === `--${name}` || value === `-${short}`);
  if (value === undefined || isOption)
    throw new UsageError(
      `${rawName} needs a value: ${rawName} ${option.value}`,
      isOption ? `If ${value} is meant to be it: ${rawName}=${value}` : helpOf(command),
    );
  return value;
}

function unknownOption(command: Command, rawName: string, options: readonly Option[]): UsageError {
  const meant = rawName.startsWith("--")
    ? nearest(
        rawName.slice(2),
        options.map(({ name }) => name),
      )
    : undefined;
  return new UsageError(`unknown option ${rawName}${meant === undefined ? "" : ` (did you mean --${meant}?)`}`, helpOf(command));
}

function checkCount(command: Command, files: readonly string[]): void {
  const what = command.argument?.name ?? "argument";
  if (files.length < command.least) throw new UsageError(`${command.name} needs a ${what}`, `Like this: ${command.examples[0][0]}`);
  if (files.length > command.most) {
    const quoted = command.most === 0 ? "no arguments" : `one ${what} only`;
    throw new UsageError(`${command.name} takes ${quoted}, and ${files[command.most]} is one too many`, helpOf(command));
  }
}

export function helpOf(command: Command): string {
  return `See aixlet ${command.name} --help`;
}

/** A whole number that an option gives, or undefined. @throws UsageError */
export function wholeNumber(parsed: Parsed, name: string, least: number): number | undefined {
  const text = parsed.value(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < least) throw new UsageError(`--${name} ${text} is no whole number from ${least} on`);
  return number;
}
