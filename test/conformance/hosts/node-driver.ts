import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Core } from "../../../host/core/core.ts";
import { findCore } from "../../../host/core/find-node.ts";
import { readYaml } from "../../../host/definition/nodes.ts";
import { AixletError } from "../../../host/errors.ts";
import { type Event, FrameReader, readEvent } from "../../../host/protocol/index.ts";
import { readVectors, type Vector } from "../vectors.ts";

// Plays the vectors with the TypeScript host's loader of the core. Other languages have the same in their own folders.

const module = await findCore();
let memory: WebAssembly.Memory | undefined;
const Instance = WebAssembly.Instance;
WebAssembly.Instance = class extends Instance {
  constructor(...given: ConstructorParameters<typeof Instance>) {
    super(...given);
    memory = this.exports.memory as WebAssembly.Memory;
  }
} as typeof WebAssembly.Instance;

let failed = false;
for (const vector of readVectors(readFileSync(process.argv[2]))) {
  let outcome: object;
  try {
    outcome = { ok: true, state: play(vector) };
  } catch (error) {
    failed = true;
    outcome = { ok: false, message: (error as Error).message };
  }
  console.log(JSON.stringify({ scenario: vector.name, ...outcome }));
}
process.exitCode = failed ? 1 : 0;

function play({ steps, definition }: Vector): string {
  let core = new Core(module);
  let state = createHash("sha256").digest("hex");
  let read = definition === "";
  for (const [number, step] of steps.entries()) {
    const fail = (message: string): never => {
      throw new Error(`step ${number}: ${message}`);
    };
    if (step.kind === "fresh") core = new Core(module);
    else if (step.kind === "ruin") new Uint8Array((memory as WebAssembly.Memory).buffer).fill(0xfb);
    else if (step.kind === "trap") mustTrap(core, step.input, fail);
    else {
      if (!read) checkReading(definition, step.input, fail);
      read = true;
      const answer = core.stepFrame(step.input);
      const hash = createHash("sha256").update(answer).digest();
      if (step.kind === "state") {
        state = hash.toString("hex");
        if (!hash.equals(step.hash)) fail("the state has another hash");
      } else if (!Buffer.from(answer).equals(step.output)) fail(`${answer.length} bytes of commands differ from ${step.output.length} expected`);
    }
  }
  return state;
}

function mustTrap(core: Core, input: Uint8Array, fail: (message: string) => never): void {
  try {
    core.stepFrame(input);
  } catch (error) {
    if (AixletError.isInstance(error) && error.code === "engine-trapped") return;
    throw error;
  }
  fail("the core did not trap, or was entered again after it had");
}

function checkReading(definition: string, frame: Uint8Array, fail: (message: string) => never): void {
  const reader = FrameReader.of(frame);
  // What is known of models may stand before it.
  let event: Event | undefined;
  while (event?.type !== "define" && reader.next()) event = readEvent(reader);
  if (event?.type !== "define" || JSON.stringify(event.sources[0]) !== JSON.stringify(readYaml("scenario.yaml", definition)))
    fail("the definition was read as other nodes");
}
