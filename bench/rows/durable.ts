import { join } from "node:path";
import { OUT } from "../build.ts";
import { spreadOf } from "../cpu.ts";
import { runProgram } from "../programs/run.ts";
import { exactly, type Row } from "../row.ts";

const ROUNDS = 5;

interface Measured {
  /** CPU microseconds a step. */
  cpu: number;
  /** Runs a second. */
  wall: number;
  bytes: number;
}

/** What it costs to keep runs: in memory a step's CPU time, on disk runs a second, 100 at once, each step flushed. */
export async function durableRows(): Promise<Row[]> {
  const file = join(OUT, "programs/durable.mjs");
  const rounds: Record<string, Measured[]> = { nowhere: [], memory: [], files: [], plain: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ["nowhere", "memory"]) rounds[kind].push(await runProgram<Measured>(file, [kind, "20000", "1"]));
    for (const kind of ["files", "plain"]) rounds[kind].push(await runProgram<Measured>(file, [kind, "2000", "100"]));
  }
  const own = rounds.memory.map(({ cpu }, round) => cpu - rounds.nowhere[round].cpu);
  const talk = (turns: number, kind: string) =>
    runProgram<{ steps: number; first: number; last: number; replay: number }>(join(OUT, "programs/conversation.mjs"), [String(turns), kind]);
  const [conversation, long] = [await talk(1000, "model"), await talk(50_000, "code")];
  return [
    {
      name: "durable step in memory, 512 B, above one that is not kept",
      unit: "µs",
      measured: spreadOf(own),
      most: 5,
      note: `${rounds.memory[0].bytes} bytes of journal for 4 steps`,
    },
    {
      name: "durable runs on disk, 4 flushed steps, 100 at once",
      unit: "runs/s",
      measured: spreadOf(rounds.files.map(({ wall }) => wall)),
      beside: [{ name: "write and fdatasync", measured: spreadOf(rounds.plain.map(({ wall }) => wall)) }],
    },
    {
      name: "journal of a conversation of 1,000 turns, bytes a step at its end",
      unit: "bytes",
      measured: exactly(Math.round(conversation.last)),
      most: Math.round(conversation.first * 1.01),
      note: `${Math.round(conversation.first)} at its beginning`,
    },
    { name: `a journal of ${long.steps.toLocaleString("en")} steps comes back`, unit: "ms", measured: exactly(Math.round(long.replay / 1000)), most: 1000 },
  ];
}
