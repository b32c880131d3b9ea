import { existsSync } from "node:fs";
import { join } from "node:path";
import { OUT, PEERS } from "../build.ts";
import { type Spread, scaled } from "../cpu.ts";
import { ContenderProcess } from "../process.ts";
import { measureAll } from "../rounds.ts";
import type { Row } from "../row.ts";
import { BRANCHES, CALLS, effectsOf, type Orchestration } from "../work.ts";

// aixlet, the plain way and the peers at the same work: each in a process of its own, rounds taken in turn, so that whatever else the
// machine does meets them all alike.

interface Task {
  name: string;
  work: Orchestration;
  together: number;
  /** CPU microseconds an effect, or a run. */
  per: "effect" | "run";
  most: number;
  /** How many times as much each contender is to need, by name. */
  least: Record<string, number>;
}

const pipeline = { "agent-kit": 5, "ai 7": 20, "LangGraph.js": 250 };
const tasks: readonly Task[] = [
  { name: "pipeline step, 20 B", work: { kind: "pipeline", size: 20 }, together: 1, per: "effect", most: 1.5, least: pipeline },
  { name: "pipeline step, 20 B, 1,000 at once", work: { kind: "pipeline", size: 20 }, together: 1000, per: "effect", most: 1.5, least: {} },
  { name: "pipeline step, 2 KB", work: { kind: "pipeline", size: 2048 }, together: 1, per: "effect", most: 3, least: {} },
  { name: "pipeline step, 2 KB, 1,000 at once", work: { kind: "pipeline", size: 2048 }, together: 1000, per: "effect", most: 3, least: {} },
  { name: `fan-out to ${BRANCHES} and join`, work: { kind: "fan-out", branches: BRANCHES }, together: 1, per: "run", most: 100, least: { "agent-kit": 1 } },
  { name: `tool loop of ${CALLS} calls, an effect`, work: { kind: "tool-loop", calls: CALLS }, together: 1, per: "effect", most: 2, least: { "agent-kit": 1 } },
];

export const taskNames = tasks.map(({ name }) => name);

export async function orchestrationRows(peers: boolean, wanted: (name: string) => boolean, say: (line: string) => void): Promise<Row[]> {
  const chosen = tasks.filter(({ name }) => wanted(name));
  if (chosen.length === 0) return [];
  const here = [await start("aixlet", OUT), await start("plain promises", OUT)];
  if (peers) for (const name of ["agent-kit", "ai 6", "LangGraph.js"]) here.push(await start(name, PEERS));
  const rows: Row[] = [];
  try {
    for (const task of chosen) {
      say(task.name);
      rows.push(rowOf(task, await measureAll(here, task.work, task.together), ""));
    }
  } finally {
    for (const contender of here) contender.stop();
  }
  const node = peers ? newerNode() : undefined;
  if (node === undefined) return rows;
  const there = [
    await start("aixlet", OUT, node),
    await start("ai 7", PEERS, node),
    await start("agent-kit", PEERS, node),
    await start("LangGraph.js", PEERS, node),
  ];
  try {
    for (const task of chosen.filter(({ together }) => together === 1)) {
      say(`${task.name}, Node 22`);
      rows.push(rowOf(task, await measureAll(there, task.work, task.together), ", Node 22"));
    }
  } finally {
    for (const contender of there) contender.stop();
  }
  return rows;
}

const files: Record<string, string> = {
  aixlet: "programs/aixlet",
  "plain promises": "programs/promises",
  "agent-kit": "build/agent-kit",
  "ai 6": "build/ai-6",
  "ai 7": "build/ai-7",
  "LangGraph.js": "build/langgraph",
};

function start(name: string, folder: string, node?: string): Promise<ContenderProcess> {
  return ContenderProcess.start(name, join(folder, `${files[name]}.mjs`), node);
}

/** Node 22 as npm installs it, since ai 7 wants it; none where there is none for this machine. */
function newerNode(): string | undefined {
  if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
  const os = process.platform === "win32" ? "win" : process.platform;
  const path = join(PEERS, "node_modules", `node-${os}-${process.arch}`, "bin", os === "win" ? "node.exe" : "node");
  return existsSync(path) ? path : undefined;
}

function rowOf({ name, work, per, most, least }: Task, spreads: Map<string, Spread>, where: string): Row {
  const by = per === "effect" ? 1 / effectsOf(work) : 1;
  const of = (contender: string) => scaled(spreads.get(contender) as Spread, by);
  const beside = [...spreads.keys()].slice(1).map((contender) => ({ name: contender, measured: of(contender), least: least[contender] }));
  return { name: `${name}${where}`, unit: "µs", measured: of("aixlet"), most: where === "" ? most : undefined, beside };
}
