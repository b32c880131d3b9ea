import type { CustomAgent } from "../agents.ts";
import type { Validation } from "../engine-options.ts";
import { Engine } from "../index.ts";
import type { ToolLike } from "../tools/tool.ts";
import type { Manifest } from "../manifest.ts";
import { importCode } from "./code.ts";
import { BAD_USAGE, DONE } from "./exit-codes.ts";
import { readBytes, readDefinition } from "./files.ts";
import type { Io } from "./io.ts";
import { paintFor } from "./paint.ts";
import type { Parsed } from "./parse.ts";
import { showDollars } from "../money.ts";
import { plural } from "./plural.ts";
import { countProblems, problemLines } from "./problems.ts";

/** `aixlet validate` */
export async function validateCommand(io: Io, parsed: Parsed): Promise<number> {
  const files = await readDefinition(io, parsed.files);
  const names = async <T>(option: string): Promise<string[]> => {
    const path = parsed.value(option);
    return path === undefined ? [] : Object.keys(await importCode<T>(io, path, option));
  };
  const [tools, agents] = [await names<ToolLike>("tools"), await names<CustomAgent>("agents")];
  const validation = await Engine.validate(files, { tools, agents, read: (path) => readBytes(io, path) });
  const failed = validation.problems.some(({ severity }) => severity === "error");
  if (parsed.has("json"))
    io.stdout.write(`${JSON.stringify({ valid: !failed, problems: validation.problems, bound: validation.manifest?.bound }, undefined, 2)}\n`);
  else {
    const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
    // A pipe gets one line for each problem, as compilers do it, and programs understand.
    const shown = io.stdout.isTTY === true ? files : [];
    const lines = problemLines(validation.problems, paint, shown, io.stdout.columns);
    const names = files.map(({ path }) => path).join(" + ");
    lines.push(summary(names, validation, failed, (text) => paint.colour(failed ? "red" : "green", text)));
    io.stdout.write(`${lines.join("\n")}\n`);
  }
  return failed ? BAD_USAGE : DONE;
}

function summary(names: string, { problems, manifest }: Validation, failed: boolean, colour: (text: string) => string): string {
  const counted = countProblems(problems);
  if (failed || manifest === undefined) return `${colour("✗")} ${names}: ${counted}`;
  // Those that a node of a flow stands for have its path as their name.
  const named = (manifest.definition.agents ?? []).filter(({ name }) => !name.includes("."));
  const agents = plural(named.length, "agent");
  return `${colour("✓")} ${names}: ${agents}, ${boundText(manifest)}, ${counted === "" ? "nothing wrong" : counted}`;
}

/** `at most 12 model calls per run` */
function boundText({ bound: { calls, money, per }, definition }: Manifest): string {
  if (calls === 0) return "no model calls";
  const most = money === undefined ? "" : `, at most ${showDollars(money / 1e6)}`;
  const count = calls >= Number.MAX_SAFE_INTEGER ? "no bound on model calls" : `at most ${plural(calls, "model call")}`;
  if (per !== "activation") return `${count}${most} per run`;
  // Agents that are wired may be activated any number of times.
  const held = ["budget", "limits"].flatMap((block) => Object.keys(definition[block] ?? {}).map((key) => `${block}.${key}`));
  return `${count}${most} per activation of an agent (a run is held by ${held.length > 0 ? held.join(", ") : "no budget and no limits"})`;
}
