import { Engine } from "../../index.ts";
import type { Store } from "../../stores/store.ts";
import { DONE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { plural } from "../plural.ts";

/** `aixlet runs replay`: does the run again on the engine it was begun with, asking nobody. */
export async function replayRun(io: Io, parsed: Parsed, store: Store, run: string): Promise<number> {
  const engine = await Engine.ofRun(run, { store });
  try {
    const { steps, finished } = await engine.replay(run);
    if (parsed.has("json")) io.stdout.write(`${JSON.stringify({ run, steps, finished })}\n`);
    else {
      const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
      io.stdout.write(`${paint.colour("green", "✓")} ${plural(steps, "step")} led to the same commands; the run ${finished ? "had ended" : "is open"}\n`);
    }
    return DONE;
  } finally {
    await engine.close();
  }
}
