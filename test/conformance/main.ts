import setup from "../setup.ts";
import { allVectors } from "./all-vectors.ts";
import { hosts } from "./hosts/index.ts";
import { disagreements, readExpected, table, tryHost } from "./report.ts";

// npm run conformance -- [--host NAME]... [--table]

const given = process.argv.slice(2);
const wanted = given.flatMap((each, index) => (each === "--host" ? [given[index + 1]] : []));
const unknown = wanted.find((name) => !hosts.some((host) => host.name === name));
if (unknown !== undefined) {
  console.error(`there is no host ${unknown}: there are ${hosts.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

await setup();
const vectors = await allVectors();
const reports = [];
for (const host of hosts) if (wanted.length === 0 || wanted.includes(host.name)) reports.push(await tryHost(host, vectors, readExpected()));
console.log(table(reports, given.includes("--table")));
const problems = disagreements(reports);
for (const { host, missing, problems: own } of reports) {
  if (missing !== undefined) console.log(`${host} was not tried: ${missing}`);
  if (missing !== undefined && process.env.CI !== undefined) problems.push(`${host}: ${missing}`);
  problems.push(...own.map((problem) => `${host}: ${problem}`));
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
