import { type Command, commands, type Option, shared } from "../commands.ts";

/** A completion script for fish, made of the table of commands. */
export function fishCompletion(): string {
  const lines = ["# fish completion of aixlet: aixlet completion fish > ~/.config/fish/completions/aixlet.fish", "complete -c aixlet -f"];
  for (const { name, about } of commands) lines.push(`complete -c aixlet -n __fish_use_subcommand -a ${name} -d '${escaped(about)}'`);
  lines.push("complete -c aixlet -n __fish_use_subcommand -s V -l version -d 'show the version'");
  lines.push("complete -c aixlet -n __fish_use_subcommand -s h -l help -d 'show help'");
  for (const command of commands) lines.push(...linesOf(command));
  return `${lines.join("\n")}\n`;
}

function linesOf(command: Command): string[] {
  const seen = `complete -c aixlet -n '__fish_seen_subcommand_from ${command.name}'`;
  const lines = [...command.options, ...shared].map((option) => `${seen} ${optionOf(option)}`);
  const completes = command.argument?.completes;
  if (completes === "file") lines.push(`${seen} -F`);
  else if (completes === "directory") lines.push(`${seen} -a '(__fish_complete_directories)'`);
  else if (completes !== undefined) lines.push(`${seen} -a '${completes.join(" ")}'`);
  return lines;
}

function optionOf({ name, short, value, about, completes }: Option): string {
  const parts = [`-l ${name}`];
  if (short !== undefined) parts.push(`-s ${short}`);
  if (value !== undefined) parts.push(completes === "file" ? "-r -F" : completes === undefined ? "-x" : `-x -a '${completes.join(" ")}'`);
  return [...parts, `-d '${escaped(about)}'`].join(" ");
}

function escaped(text: string): string {
  return text.replace(/[\\']/g, "\\$&");
}
