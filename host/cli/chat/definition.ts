import type { DefinitionFile } from "../../engine-options.ts";
import type { Manifest } from "../../manifest.ts";
import { providers } from "../../models/providers.ts";
import { UsageError } from "../usage-error.ts";

/** Who talks where no FILE says so. */
const NAME = "assistant";

/** The model of each provider that is taken where a key is all that is known: one that answers soon and costs little. */
export const defaultModels: Record<string, string> = {
  openai: "gpt-5-mini",
  anthropic: "claude-haiku-4-5",
  gemini: "gemini-3.5-flash",
  xai: "grok-4.20",
};

/** Every definition is laid over this: whoever talks remembers what was said. */
export const remembering: DefinitionFile = { path: "chat", content: "session: {}\n" };

/** One agent with this model. */
export function oneAgent(model: string, provider = ""): DefinitionFile {
  return { path: "chat", content: JSON.stringify({ agents: [{ name: NAME, role: "react", model, ...(provider !== "" && { provider }) }] }) };
}

/** The model of the first provider whose key is set. @throws UsageError */
export function modelByKey(env: (name: string) => string | undefined): string {
  for (const [provider, model] of Object.entries(defaultModels)) if (providers[provider].keys.some((key) => env(key))) return model;
  const keys = Object.keys(defaultModels).map((provider) => providers[provider].keys[0]);
  throw new UsageError(
    "there is nobody to talk to: no FILE, no --model, and no key",
    `Set ${keys.slice(0, -1).join(", ")} or ${keys[keys.length - 1]}; or give --model NAME, --model ollama:NAME for one on this machine, --script FILE, or --model echo.`,
  );
}

/** A layer that gives every agent that has a name and a model another one, so that its price and its window are the other's, too. */
export function otherModel({ definition }: Manifest, model: string, provider = ""): DefinitionFile {
  const agents = (definition.agents ?? []).filter((agent) => agent.model !== undefined && agent.model !== "" && agent.providers === undefined);
  return { path: "chat", content: JSON.stringify({ agents: agents.map(({ name }) => ({ name, model, provider })) }) };
}
