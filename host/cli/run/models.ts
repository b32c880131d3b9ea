import { EchoModel } from "../../models/echo.ts";
import { loadFrom } from "../../models/load-node.ts";
import { type Models, ModelSource } from "../../models/resolve.ts";
import { readScript } from "../../models/script-file.ts";
import { scripted } from "../../models/scripted.ts";
import { readText } from "../files.ts";
import type { Io } from "../io.ts";
import type { Parsed } from "../parse.ts";

/** Models that stand before those the definition names, and what is to be said of them. */
export interface ChosenModels {
  models: Models | undefined;
  /** What is made up, and by whom; empty if nothing is. */
  standIn: string;
  /** The word for that, as models have it. */
  label: string | undefined;
}

/** What `--script`, `--model` and `--provider` ask for. @throws ScriptRefused */
export async function chooseModels(io: Io, parsed: Parsed, env: (name: string) => string | undefined): Promise<ChosenModels> {
  const script = parsed.value("script");
  const model = parsed.value("model");
  const provider = parsed.value("provider") ?? "";
  if (script !== undefined) {
    const rules = await readScript(await readText(io, script), script);
    return { models: scripted(rules, { file: script }), standIn: `scripted by ${script}`, label: "scripted" };
  }
  if (model === undefined) return { models: undefined, standIn: "", label: undefined };
  if (model === "echo" && provider === "") {
    const echo = new EchoModel();
    return { models: () => echo, standIn: "echo", label: echo.label };
  }
  const source = new ModelSource({ env, load: loadFrom(io.cwd) });
  return { models: () => source.find({ model, provider }), standIn: "", label: undefined };
}
