import { DONE, FAILED } from "./exit-codes.ts";
import { type Examination, examine } from "./examine.ts";
import type { Io } from "./io.ts";
import { type Paint, paintFor } from "./paint.ts";
import type { Parsed } from "./parse.ts";
import { pad } from "./text.ts";

/** `aixlet doctor` */
export async function doctorCommand(io: Io, parsed: Parsed): Promise<number> {
  const found = await examine(io);
  const healthy = found.core.ok && found.runtime.supported;
  if (parsed.has("json")) io.stdout.write(`${JSON.stringify({ healthy, ...found }, undefined, 2)}\n`);
  else io.stdout.write(`${report(found, paintFor(io.stdout, io.env, parsed.has("no-color"))).join("\n")}\n`);
  return healthy ? DONE : FAILED;
}

function report({ version, runtime, core, packages, keys, terminal }: Examination, paint: Paint): string[] {
  const good = paint.colour("green", "✓");
  const bad = paint.colour("red", "✗");
  const none = paint.dim("·");
  const lines = [`${paint.bold("aixlet")} ${version}`];
  const section = (title: string, rows: string[]) => {
    lines.push("");
    for (const [i, row] of rows.entries()) lines.push(`${paint.bold(pad(i === 0 ? title : "", 10))}${row}`);
  };
  const age = runtime.supported ? "" : "  too old: 20 or newer is needed";
  section("Runtime", [`${runtime.supported ? good : bad} ${runtime.name} ${runtime.version} on ${runtime.platform} ${runtime.architecture}${age}`]);
  if (core.ok) {
    section("Core", [
      `${good} protocol ${core.protocol}, ${kilobytes(core.bytes)} (${kilobytes(core.gzipped)} gzipped), memory ${kilobytes(core.memory)}`,
      `${good} loaded and ran an echo in ${core.milliseconds} ms`,
      paint.dim(`  sha256 ${core.sha256}`),
    ]);
  } else section("Core", [`${bad} ${core.problem}`]);
  const wide = Math.max(...packages.map(({ name }) => name.length)) + 2;
  section(
    "Packages",
    packages.map(({ name, version, providers }) =>
      version === undefined
        ? `${none} ${pad(name, wide)}${paint.dim(`not installed; for ${providers.join(", ")}: npm install ${name}`)}`
        : `${good} ${pad(name, wide)}${version}  ${paint.dim(`for ${providers.join(", ")}`)}`,
    ),
  );
  const widest = Math.max(...keys.map(({ name }) => name.length)) + 2;
  section(
    "Keys",
    keys.map(({ name, set, provider }) => `${set ? good : none} ${pad(name, widest)}${set ? "set" : paint.dim("not set")}  ${paint.dim(`for ${provider}`)}`),
  );
  const size = terminal.columns === undefined ? "" : `, ${terminal.columns} × ${terminal.rows}`;
  const yes = (value: boolean) => (value ? "yes" : "no");
  section("Terminal", [
    `stdout ${terminal.stdout ? "terminal" : "pipe or file"}${size}, stderr ${terminal.stderr ? "terminal" : "pipe or file"}`,
    `colours ${yes(terminal.colours)}, box-drawing ${yes(terminal.unicode)}${terminal.term === "" ? "" : `, TERM ${terminal.term}`}`,
  ]);
  if (!packages.some(({ version }) => version !== undefined) || !keys.some(({ set }) => set)) {
    lines.push("", "Without a key: aixlet run FILE --script FILE, or --model echo.");
  }
  return lines;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KB`;
}
