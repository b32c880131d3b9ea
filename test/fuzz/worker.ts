import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { ROOT } from "../../tools/generate.ts";
import { fuzzDefinitions } from "./fuzz-definitions.ts";
import { fuzzFrames } from "./fuzz-frames.ts";
import { fuzzStates } from "./fuzz-states.ts";
import { Random } from "./random.ts";
import { Attempt } from "./watched.ts";

// One job on a thread of its own: see watched.ts.

const JOBS = { frames: fuzzFrames, definitions: fuzzDefinitions, states: fuzzStates };
const { job, seed, rounds, shared } = workerData as { job: keyof typeof JOBS; seed: number; rounds: number; shared: SharedArrayBuffer };
const module = new WebAssembly.Module(readFileSync(join(ROOT, "dist/core.wasm")));
parentPort!.postMessage(JOBS[job](module, new Random(seed), rounds, new Attempt(shared)));
