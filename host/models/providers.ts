/** A provider that is found by name: which package reaches it, and with which key. */
export interface Provider {
  /** As npm knows it. */
  packageName: string;
  /** What the package exports to make a provider. */
  factory: string;
  /** Variables that may hold the key, the first one that is set counting. */
  keys: readonly string[];
  /** Where it is, if it is a server of the OpenAI-compatible kind. */
  endpoint?: string;
  /** The variable that holds another address. */
  endpointVariable?: string;
}

const compatible = { packageName: "@ai-sdk/openai-compatible", factory: "createOpenAICompatible" } as const;

/** Every provider that has a package here. Their names are those of the configuration grammar. */
export const providers: Record<string, Provider> = {
  openai: { packageName: "@ai-sdk/openai", factory: "createOpenAI", keys: ["OPENAI_API_KEY"], endpointVariable: "OPENAI_BASE_URL" },
  anthropic: { packageName: "@ai-sdk/anthropic", factory: "createAnthropic", keys: ["ANTHROPIC_API_KEY"], endpointVariable: "ANTHROPIC_BASE_URL" },
  gemini: { packageName: "@ai-sdk/google", factory: "createGoogleGenerativeAI", keys: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"] },
  xai: { packageName: "@ai-sdk/xai", factory: "createXai", keys: ["XAI_API_KEY"] },
  ollama: { ...compatible, keys: ["OLLAMA_API_KEY"], endpoint: "http://localhost:11434/v1" },
  vllm: { ...compatible, keys: ["VLLM_API_KEY"], endpoint: "http://localhost:8000/v1" },
};

/** OpenAI's own wire form at another address: spoken by most servers, in the older and simpler of its two forms. */
export const elsewhere: Provider = { ...compatible, keys: ["OPENAI_API_KEY"] };

/** Providers of the grammar whose packages ask for more than a key. Their model objects can be passed in. */
export const passedIn: Record<string, string> = {
  bedrock: "@ai-sdk/amazon-bedrock",
  huggingface: "@ai-sdk/huggingface",
  vertexai: "@ai-sdk/google-vertex",
};

/** The provider that a model's id is known by (grammar, R3), or undefined. */
export function providerOf(model: string): string | undefined {
  if (/^(bedrock\/|(anthropic|amazon|meta|mistral|cohere|ai21)\.)/.test(model)) return "bedrock";
  if (/^(gpt-|text-davinci|o1|o3)/.test(model)) return "openai";
  if (/^claude/.test(model)) return "anthropic";
  if (/^gemini/.test(model)) return "gemini";
  if (/^grok/.test(model)) return "xai";
  if (/^(vertex\/|text-bison|code-bison)/.test(model)) return "vertexai";
  if (/^[^/:]+\/[^/]+/.test(model)) return "huggingface";
  if (/^[^:]+:[^:]+$/.test(model)) return "ollama";
  return undefined;
}
