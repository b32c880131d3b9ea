import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildPrograms } from "./build.ts";
import { installPeers } from "./peers.ts";
import { reportOf, tableOf } from "./report.ts";
import type { Row } from "./row.ts";
import { inCoreRows } from "./rows/in-core.ts";
import { durableRows } from "./rows/durable.ts";
import { batchRows, snapshotRows } from "./rows/memory.ts";
import { orchestrationRows, taskNames } from "./rows/orchestration.ts";
import { patternNames, patternRows } from "./rows/patterns.ts";
import { pythonRows } from "./rows/python.ts";
import { packageRows, sizeRows } from "./rows/size.ts";
import { startUpRows } from "./rows/start-up.ts";
import { tokenRows } from "./rows/tokens.ts";

const USAGE = `npm run bench [-- OPTIONS]
  --json FILE   write the figures there, too
  --only NAME   only what has NAME in its name: in-core, pipeline, fan-out, tool, patterns, batches, snapshot, durable, start-up, python, size, install, tokens
  --no-peers    aixlet and plain promises alone`;

const { values } = parseArgs({ options: { json: { type: "string" }, only: { type: "string" }, "no-peers": { type: "boolean" }, help: { type: "boolean" } } });
if (values.help) {
  console.log(USAGE);
  process.exit();
}

const only = values.only?.toLowerCase() ?? "";
const wanted = (name: string) => name.toLowerCase().includes(only);
const say = (line: string) => process.stderr.write(`${line}\n`);
const rows: Row[] = [];

const groups: [names: readonly string[], measure: () => Promise<Row[]>][] = [
  [["in-core"], inCoreRows],
  [taskNames, orchestration],
  [patternNames, patternsOf],
  [["batches"], batchRows],
  [["snapshot"], snapshotRows],
  [["durable"], durable],
  [["start-up"], startUpRows],
  [["python"], pythonRows],
  [["size"], sizeRows],
  [["install"], packageRows],
  [["tokens"], tokens],
];

await buildPrograms();
const began = Date.now();
for (const [names, measure] of groups) {
  if (!names.some(wanted)) continue;
  if (names.length === 1) say(names[0]);
  rows.push(...(await measure()));
}
console.log(tableOf(rows));
say(`${Math.round((Date.now() - began) / 1000)} s`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(reportOf(rows), undefined, 2)}\n`);

async function orchestration(): Promise<Row[]> {
  const missing = values["no-peers"] ? "--no-peers" : installPeers(say);
  if (missing !== undefined) say(`without agent-kit, ai 6, ai 7 and LangGraph.js: ${missing}`);
  return orchestrationRows(missing === undefined, wanted, say);
}

async function patternsOf(): Promise<Row[]> {
  const missing = values["no-peers"] ? "--no-peers" : installPeers(say);
  if (missing !== undefined) say(`patterns without LangGraph.js: ${missing}`);
  return patternRows(missing === undefined, wanted, say);
}

async function durable(): Promise<Row[]> {
  const missing = values["no-peers"] ? "--no-peers" : installPeers(say);
  if (missing !== undefined) say(`durable without LangGraph.js: ${missing}`);
  return durableRows(missing === undefined);
}

async function tokens(): Promise<Row[]> {
  const missing = values["no-peers"] ? "--no-peers" : installPeers(say);
  if (missing !== undefined) say(`without other tokenizers: ${missing}`);
  return tokenRows(missing === undefined, say);
}
