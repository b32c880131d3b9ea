import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DONE } from "./exit-codes.ts";
import { reasonOf } from "./files.ts";
import { definitionTemplate, scriptTemplate } from "./init-templates.ts";
import type { Io } from "./io.ts";
import { paintFor } from "./paint.ts";
import type { Parsed } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

const definition = "agents.yaml";
const script = "agents.script.yaml";

/** `aixlet init` */
export async function initCommand(io: Io, parsed: Parsed): Promise<number> {
  const directory = parsed.files[0] ?? ".";
  const written: string[] = [];
  try {
    await mkdir(resolve(io.cwd, directory), { recursive: true });
    for (const [name, text] of [
      [definition, definitionTemplate],
      [script, scriptTemplate],
    ]) {
      const path = join(directory, name);
      // Of two that write at once, one is refused: looking first would let both through.
      await writeFile(resolve(io.cwd, path), text, { flag: "wx" });
      written.push(path);
    }
  } catch (error) {
    const path = written.length === 0 ? join(directory, definition) : join(directory, script);
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new UsageError(`${path} is there already, and nothing is overwritten`, "Name another folder: aixlet init DIR");
    throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
  }
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const [file, rules] = written;
  // As it was called, so that the lines below can be copied.
  const aixlet = io.env.npm_command === "exec" ? "npx aixlet" : "aixlet";
  io.stdout.write(
    [
      `${paint.colour("green", "✓")} ${file}  ${paint.dim("two agents: one writes, one judges")}`,
      `${paint.colour("green", "✓")} ${rules}  ${paint.dim("what their models say, as long as there is no key")}`,
      "",
      "Run it, without a key:",
      `  ${aixlet} run ${quote(file)} --script ${quote(rules)} --input "a slogan for a bakery"`,
      "Draw it:",
      `  ${aixlet} graph ${quote(file)}`,
      "With a real model: set OPENAI_API_KEY, npm install @ai-sdk/openai, and leave --script out.",
      "",
    ].join("\n"),
  );
  return DONE;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
