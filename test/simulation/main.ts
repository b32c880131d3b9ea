import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { findCore } from "../../host/core/find-node.ts";
import { lightBatch } from "./batch.ts";
import { shortest } from "./failing.ts";

// npm run simulate -- --seeds N [--seed S] [--profile light|full]

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    seed: { type: "string", default: "0" },
    profile: { type: "string", default: "light" },
    failures: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

const from = Number(values.seed);
const count = Number(values.seeds);
const module = await findCore();
const batch = lightBatch(module, from, count, Number(values.failures), (done) => console.error(`${done} of ${count} seeds`));
if (values.json)
  console.log(
    JSON.stringify({
      ...batch,
      failures: batch.failures.map(({ violation, ...rest }) => ({ ...rest, invariant: violation.invariant, message: violation.message })),
    }),
  );
else {
  const rate = Math.round(batch.seeds / (batch.cpu / 1000));
  console.log(
    `${batch.seeds} seeds from ${from}, ${batch.steps} steps, ${rate} seeds a second and core; ${batch.definitions} definitions, ${batch.refused} of them refused`,
  );
  console.log(
    `ends: ${Object.entries(batch.stops)
      .map(([stop, times]) => `${stop} ${times}`)
      .join(", ")}`,
  );
  for (const { seed, violation } of batch.failures) {
    console.log(`\nseed ${seed}: ${violation.invariant}: ${violation.message}`);
    const found = shortest(module, seed);
    if (found === undefined)
      console.log(`It does not fail in a core of its own: what came before it has left something behind. Take the seeds from ${from} on.`);
    else console.log(`\nThe shortest that fails so: ${found.message}\n\n${stringify(found.definition)}\n${found.trace.join("\n")}`);
  }
}
process.exitCode = batch.failures.length > 0 ? 1 : 0;
