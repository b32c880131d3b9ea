import { type Command, commands, type Option, shared } from "./commands.ts";
import type { Paint } from "./paint.ts";
import { pad, wrap } from "./text.ts";

const WIDEST = 100;

/** `aixlet --help` */
export function helpText(paint: Paint, columns: number, version: string): string {
  const rows = commands.map(({ name, about }) => [name, about] as const);
  return [
    `${paint.bold("aixlet")} ${version} runs agents that are declared in YAML.`,
    "",
    `${heading(paint, "Usage")}  aixlet COMMAND [options]`,
    "",
    heading(paint, "Commands"),
    ...table(paint, rows, columns),
    "",
    heading(paint, "Options"),
    ...table(paint, optionRows([...shared, { name: "version", short: "V", about: "show the version" }]), columns),
    "",
    heading(paint, "Examples"),
    ...examples(paint, [
      ["aixlet init hello", "write a small file of agents, and a script that plays its models"],
      ["aixlet run hello/agents.yaml --script hello/agents.script.yaml --input hi", "run it without a key"],
      ["aixlet graph hello/agents.yaml", "draw it"],
    ]),
    "",
    "More about a command: aixlet COMMAND --help",
    "",
  ].join("\n");
}

/** `aixlet COMMAND --help` */
export function commandHelp(command: Command, paint: Paint, columns: number): string {
  const lines = [`${paint.bold(`aixlet ${command.name}`)}: ${command.about}`, "", `${heading(paint, "Usage")}  aixlet ${command.name} ${command.usage}`];
  lines.push("", heading(paint, "Options"), ...table(paint, optionRows([...command.options, ...shared]), columns));
  for (const note of command.notes ?? []) lines.push("", ...wrap(note, Math.min(columns, WIDEST)));
  lines.push("", heading(paint, "Examples"), ...examples(paint, command.examples), "");
  return lines.join("\n");
}

function heading(paint: Paint, text: string): string {
  return paint.bold(text);
}

function optionRows(options: readonly Option[]): (readonly [string, string])[] {
  return options.map(({ name, short, value, about }) => {
    const given = `--${name}${value === undefined ? "" : ` ${value}`}`;
    return [`${short === undefined ? "    " : `-${short}, `}${given}`, about] as const;
  });
}

function table(paint: Paint, rows: readonly (readonly [string, string])[], columns: number): string[] {
  const left = Math.max(...rows.map(([name]) => name.length));
  const right = Math.max(20, Math.min(columns, WIDEST) - left - 4);
  return rows.flatMap(([name, about]) => wrap(about, right).map((line, i) => `  ${paint.colour("cyan", pad(i === 0 ? name : "", left))}  ${line}`));
}

function examples(paint: Paint, lines: readonly (readonly [string, string])[]): string[] {
  return lines.flatMap(([line, about]) => [`  ${paint.dim(`# ${about}`)}`, `  ${line}`]);
}
