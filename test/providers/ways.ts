import type { Engine } from "../../host/index.ts";
import { testedProviders } from "./mock-server.ts";

export const key = "team-key-0123456789";

/** A way to a real provider package: what a definition says, and what the engine is given. */
export interface Way {
  name: string;
  /** Lines of an agent in a definition, asking the server at an address. */
  agent(url: string): string;
  options(url: string): NonNullable<Parameters<typeof Engine.load>[1]>;
}

/** Packages of AI SDK 6, found by the model's name, with a key and an address from the environment or the definition. */
const byName: Way[] = (
  [
    ["gpt-4 by name", "model: gpt-4", (url) => ({ OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1` })],
    ["gpt-4 at an endpoint", "model: gpt-4, endpoint: '${MOCK}'", (url) => ({ OPENAI_API_KEY: key, MOCK: url })],
    ["claude by name", "model: claude-sonnet-4-5, endpoint: '${MOCK}/v1'", (url) => ({ ANTHROPIC_API_KEY: key, MOCK: url })],
    ["gemini by name", "model: gemini-2.5-flash, endpoint: '${MOCK}/v1beta'", (url) => ({ GEMINI_API_KEY: key, MOCK: url })],
  ] satisfies [string, string, (url: string) => Record<string, string>][]
).map(([name, agent, variables]) => ({
  name,
  agent: () => agent,
  options: (url) => ({
    env: (variable) => (variables(url) as Record<string, string>)[variable],
    // The compatible package is here under another name.
    load: (packageName) => import(packageName === "@ai-sdk/openai-compatible" ? "openai-compatible-v4" : packageName),
  }),
}));

/** Model objects of AI SDK 6 and 7 that the application made. */
const passedIn: Way[] = testedProviders.map((provider) => ({
  name: `${provider.name}, passed in`,
  agent: () => "model: own",
  options: (url) => ({ models: { own: provider.model(url) }, env: () => undefined }),
}));

// To a request that wants nothing stored the mock adds a thought in OpenAI's form, which is not xAI's.
export const ways: Way[] = [...byName, ...passedIn.filter(({ name }) => !name.includes("xai"))];
