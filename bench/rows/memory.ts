import { join } from "node:path";
import { OUT } from "../build.ts";
import { scaled, spreadOf } from "../cpu.ts";
import { runProgram } from "../programs/run.ts";
import { exactly, type Row } from "../row.ts";

/** Batches of 1,000 runs at once: the core's memory after the last against that after the second. */
export async function batchRows(): Promise<Row[]> {
  const { core, heap } = await runProgram<{ core: number[]; heap: number[] }>(join(OUT, "programs/batches.mjs"));
  const grown = core[core.length - 1] - core[1];
  const kilobytes = (bytes: number) => Math.round(bytes / 1024);
  return [
    {
      name: `core memory, ${core.length} batches of 1,000 runs`,
      unit: "bytes more",
      measured: exactly(grown),
      most: 0,
      note: `${kilobytes(core[1])} KB; JavaScript heap ${kilobytes(heap[1])} KB after the second, ${kilobytes(heap[heap.length - 1])} KB after the last`,
    },
  ];
}

export async function snapshotRows(): Promise<Row[]> {
  const names = ["snapshot: save 1,000 paused runs", "snapshot: restore and verify them"];
  try {
    const rounds = await runProgram<{ save: number; restore: number; bytes: number }[]>(join(OUT, "programs/snapshot.mjs"));
    const spread = (of: "save" | "restore") => scaled(spreadOf(rounds.map((round) => round[of])), 1 / 1000);
    return [
      { name: names[0], unit: "ms", measured: spread("save"), most: 2, note: `${rounds[0].bytes} bytes each` },
      { name: names[1], unit: "ms", measured: spread("restore"), most: 12 },
    ];
  } catch (error) {
    const reason = /Error: (.*)/.exec(String((error as { stderr?: string }).stderr ?? error))?.[1] ?? "it failed";
    return names.map((name, index) => ({ name, unit: "ms", most: [2, 12][index], note: reason }));
  }
}
