import setup from "../setup.ts";
import { travel } from "./journey.ts";

// npm run travel

await setup();
const { missing, hash, expected, steps } = await travel(({ host, stop, bytes }) =>
  console.log(`${host.padEnd(8)} ${stop === 0 ? "to the end" : `up to mile ${stop}`}, ${bytes} bytes carried on`),
);
for (const [host, reason] of Object.entries(missing)) console.log(`${host.padEnd(8)} was not visited: ${reason}`);
console.log(`final hash ${hash}; of the run that never moved ${expected}; ${steps} steps replayed`);
process.exitCode = hash === expected && (Object.keys(missing).length === 0 || process.env.CI === undefined) ? 0 : 1;
