import { join } from "node:path";
import { OUT, PEERS } from "../build.ts";
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

/** What it costs to keep runs: in memory a step's CPU time, on disk a run's time, 100 at once, each step flushed; beside LangGraph.js with its savers. */
export async function durableRows(peers: boolean): Promise<Row[]> {
  const file = join(OUT, "programs/durable.mjs");
  const theirs = join(PEERS, "build/durable-langgraph.mjs");
  const rounds: Record<string, Measured[]> = { nowhere: [], memory: [], files: [], plain: [], theirsNowhere: [], theirsMemory: [], theirsSqlite: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ["nowhere", "memory"]) rounds[kind].push(await runProgram<Measured>(file, [kind, "20000", "1"]));
    for (const kind of ["files", "plain"]) rounds[kind].push(await runProgram<Measured>(file, [kind, "2000", "100"]));
    if (!peers) continue;
    rounds.theirsNowhere.push(await runProgram<Measured>(theirs, ["nowhere", "500", "1"]));
    rounds.theirsMemory.push(await runProgram<Measured>(theirs, ["memory", "500", "1"]));
    rounds.theirsSqlite.push(await runProgram<Measured>(theirs, ["sqlite", "300", "100"]));
  }
  const above = (kept: string, not: string) => spreadOf(rounds[kept].map(({ cpu }, round) => cpu - rounds[not][round].cpu));
  const time = (kind: string) => spreadOf(rounds[kind].map(({ wall }) => 1e6 / wall));
  const talk = (turns: number, kind: string) =>
    runProgram<{ steps: number; first: number; last: number; replay: number }>(join(OUT, "programs/conversation.mjs"), [String(turns), kind]);
  const [conversation, long] = [await talk(1000, "model"), await talk(50_000, "code")];
  const paused: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) paused.push(await runProgram<Measured>(join(OUT, "programs/recovery.mjs"), ["10000"]));
  return [
    {
      name: "durable step in memory, 512 B, above one that is not kept",
      unit: "µs",
      measured: above("memory", "nowhere"),
      most: 5,
      ...(peers && { beside: [{ name: "LangGraph.js, MemorySaver", measured: above("theirsMemory", "theirsNowhere"), least: 10 }] }),
      note: `${rounds.memory[0].bytes} bytes of journal for 4 steps`,
    },
    {
      name: "durable run on disk, 4 flushed steps, 100 at once",
      unit: "µs",
      measured: time("files"),
      beside: [
        { name: "write and fdatasync", measured: time("plain") },
        ...(peers ? [{ name: "LangGraph.js, SqliteSaver", measured: time("theirsSqlite"), least: 5 }] : []),
      ],
    },
    {
      name: "journal of a conversation of 1,000 turns, bytes a step at its end",
      unit: "bytes",
      measured: exactly(Math.round(conversation.last)),
      most: Math.round(conversation.first * 1.01),
      note: `${Math.round(conversation.first)} at its beginning`,
    },
    { name: `a journal of ${long.steps.toLocaleString("en")} steps comes back`, unit: "ms", measured: exactly(Math.round(long.replay / 1000)), most: 1000 },
    {
      name: "10,000 paused runs come back from their snapshots",
      unit: "ms",
      measured: spreadOf(paused.map(({ cpu }) => cpu)),
      most: 200,
      note: `${paused[0].bytes} bytes each`,
    },
  ];
}
