import { BudgetTrees } from "./budget-trees.ts";

// `npx tsx test/engine/budget-trees-main.ts [COUNT] [FIRST]`: tries so many trees, and says which one failed.

const [count = 100_000, first = 1] = process.argv.slice(2).map(Number);
const trees = await BudgetTrees.open();
const stops = new Map<string, number>();
let calls = 0;
const began = Date.now();
for (let seed = first; seed < first + count; seed++) {
  try {
    const result = trees.run(seed);
    stops.set(result.stop, (stops.get(result.stop) ?? 0) + 1);
    calls += result.calls;
  } catch (error) {
    console.error(`tree ${seed}: ${(error as Error).message}`);
    process.exitCode = 1;
    break;
  }
}
console.log(`${count} trees, ${calls} calls, ${Math.round((Date.now() - began) / 1000)} s: ${[...stops].map(([stop, n]) => `${stop} ${n}`).join(", ")}`);
