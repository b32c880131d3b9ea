import { join } from "node:path";
import { OUT, PEERS } from "../build.ts";
import { scaled, spreadOf } from "../cpu.ts";
import { longPatterns, patterns } from "../patterns.ts";
import { ContenderProcess } from "../process.ts";
import { runProgram } from "../programs/run.ts";
import { measureAll } from "../rounds.ts";
import type { Beside, Row } from "../row.ts";

// What a run of each pattern costs when its agents answer at once, and what a step of an agent costs inside the core.

/** LangGraph.js is to need so many times as much. */
const LEAST = 20;
const PEERS_OF_PATTERNS = { "LangGraph.js": "langgraph-patterns.mjs", Mastra: "mastra-patterns.mjs" };
/** Patterns whose steps are measured in the core alone: host code is all that they ask for. */
const inCore = ["sequential of three", "parallel of four", ...longPatterns.map(({ name }) => name)];

export const patternNames = ["patterns: in-core agent step", ...patterns.map(({ name }) => rowName(name))];

export async function patternRows(peers: boolean, wanted: (name: string) => boolean, say: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  if (wanted(patternNames[0])) {
    for (const name of inCore) {
      say(`in-core agent step, ${name}`);
      const rounds = await runProgram<number[]>(join(OUT, "programs/agent-steps.mjs"), [name]);
      rows.push({ name: `patterns: in-core agent step, ${name}`, unit: "µs", measured: spreadOf(rounds), most: 1 });
    }
  }
  const chosen = patterns.filter(({ name }) => wanted(rowName(name)));
  if (chosen.length === 0) return rows;
  const aixlet = await ContenderProcess.start("aixlet", join(OUT, "programs/aixlet-patterns.mjs"));
  const others: ContenderProcess[] = [];
  try {
    if (peers) for (const [name, file] of Object.entries(PEERS_OF_PATTERNS)) others.push(await ContenderProcess.start(name, join(PEERS, "build", file)));
    for (const pattern of chosen) {
      say(pattern.name);
      const contenders = [aixlet, ...(pattern.peers ? others : [])];
      const spreads = await measureAll(contenders, { kind: "pattern", pattern: pattern.name }, 1);
      const [measured, ...beside] = [...spreads.values()];
      rows.push({
        name: rowName(pattern.name),
        unit: "µs",
        measured,
        most: pattern.most,
        beside: beside.map(
          (spread, index): Beside => ({ name: others[index].name, measured: spread, least: others[index].name === "LangGraph.js" ? LEAST : undefined }),
        ),
        note: `${pattern.calls} calls, ${scaled(measured, 1 / pattern.calls).median.toFixed(2)} µs each`,
      });
    }
  } finally {
    for (const contender of [aixlet, ...others]) contender.stop();
  }
  return rows;
}

function rowName(pattern: string): string {
  return `patterns: ${pattern}`;
}
