import type { CustomAgent } from "../../agents.ts";
import { Engine } from "../../index.ts";
import { loadFrom } from "../../models/load-node.ts";
import type { Run } from "../../run.ts";
import type { Store } from "../../stores/store.ts";
import type { ToolLike } from "../../tools/tool.ts";
import { importCode } from "../code.ts";
import type { Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import { chooseModels } from "../run/models.ts";
import { environment, watch } from "../run/watch.ts";

/** `aixlet runs resume`: goes on with a run where its journal ends. */
export async function resumeRun(io: Io, parsed: Parsed, store: Store, run: string): Promise<number> {
  return goOn(io, parsed, store, run, (engine) => engine.resume(run));
}

/** Shows a run that goes on, on the engine and the definition of a stored one. */
export async function goOn(io: Io, parsed: Parsed, store: Store, stored: string, begin: (engine: Engine) => Run): Promise<number> {
  const env = await environment(io, parsed);
  const { models, standIn, label } = await chooseModels(io, parsed, env);
  const code = async <T>(option: string): Promise<Record<string, T>> => {
    const path = parsed.value(option);
    return path === undefined ? {} : importCode<T>(io, path, option);
  };
  const [tools, agents] = [await code<ToolLike>("tools"), await code<CustomAgent>("agents")];
  const engine = await Engine.ofRun(stored, { store, models, tools, agents, env, name: stored, load: loadFrom(io.cwd) });
  try {
    await engine.prepare();
    const { manifest, warnings } = engine;
    const run = begin(engine);
    return await watch(io, parsed, run, { name: stored, id: run.id, manifest, warnings, standIn, label, endless: false }, () => engine.suspend());
  } finally {
    await engine.close();
  }
}
