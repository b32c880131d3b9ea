import type { Manifest } from "../../manifest.ts";
import type { Command, Event } from "../../protocol/index.ts";
import { type DiffSide, type RunDiff, diffRuns } from "../../stores/diff.ts";
import type { Store } from "../../stores/store.ts";
import { DONE, FAILED } from "../exit-codes.ts";
import { Engine } from "../../index.ts";
import type { Io } from "../io.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { plural } from "../plural.ts";
import { oneLine, pad, shorten } from "../text.ts";
import { lineOfCommand, lineOfEvent } from "./lines.ts";

/** `aixlet runs diff`: where two runs part, and what each does from there on. Exit code 1 if they do. */
export async function diffTwo(io: Io, parsed: Parsed, store: Store, left: string, right: string): Promise<number> {
  const diff = await diffRuns(store, left, right);
  const code = diff.parts === undefined ? DONE : FAILED;
  if (parsed.has("json")) {
    const { steps, ...about } = diff;
    for (const line of [{ ...about, parts: diff.parts ?? null }, ...steps]) io.stdout.write(`${JSON.stringify(line)}\n`);
    return code;
  }
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const columns = io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  const wide = Math.max(left.length, right.length);
  for (const [sign, { run, steps, spent }] of [
    ["<", diff.left],
    [">", diff.right],
  ] as const)
    io.stdout.write(
      `${sign} ${pad(oneLine(run), wide)}  ${plural(steps, "step")}, ${plural(spent.calls, "model call")}, ${spent.input} + ${spent.output} tokens\n`,
    );
  io.stdout.write(`${partsAt(diff)}\n`);
  const manifests = { left: await manifestOf(store, left), right: await manifestOf(store, right) };
  for (const step of diff.steps) {
    io.stdout.write(`\n${paint.dim(`step ${step.step}`)}\n`);
    const [lefts, rights] = [linesOf(step.left, manifests.left), linesOf(step.right, manifests.right)];
    for (const line of lefts) write("<", line, rights.includes(line) ? "same" : "left");
    for (const line of rights) if (!lefts.includes(line)) write(">", line, "right");
  }
  function write(sign: string, line: string, which: "same" | "left" | "right"): void {
    const text = shorten(`${which === "same" ? "=" : sign} ${line}`, columns);
    io.stdout.write(`${which === "same" ? paint.dim(text) : paint.colour(which === "left" ? "red" : "green", text)}\n`);
  }
  return code;
}

function partsAt({ parts, left }: RunDiff): string {
  if (parts === undefined) return `They are the same in all ${plural(left.steps, "step")}.`;
  return parts === 1 ? "They part at the first step." : `They are the same up to step ${parts - 1}, and part at step ${parts}.`;
}

async function manifestOf(store: Store, run: string): Promise<Manifest> {
  await using engine = await Engine.ofRun(run, { store });
  return engine.manifest;
}

function linesOf(side: DiffSide | undefined, { agents }: Manifest): string[] {
  if (side === undefined) return ["(no such step)"];
  const spent = side.spent.input + side.spent.output === 0 ? [] : [`${side.spent.input} + ${side.spent.output} tokens`];
  return [
    ...side.events.map((event) => lineOfEvent(event as Event)),
    ...side.commands.map((command) => lineOfCommand(command as Command, (agent) => agents[agent]?.name ?? "the run")),
    ...spent,
  ];
}
