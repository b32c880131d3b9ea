import { toAnswer } from "./ai-sdk-answer.ts";
import { readStream, type StreamPart } from "./ai-sdk-stream.ts";
import type { ResultLike } from "./ai-sdk-types.ts";
import type { Conversation, Message, ProviderData } from "./conversation.ts";
import { toFailure } from "./map-failure.ts";
import type { ChatModel, ModelAnswer, ModelCall, ModelSettings, PreparedModel, ToolDeclaration } from "./types.ts";

/**
 * A model object of a provider package of the AI SDK: version 7 (specification v4), 6 (v3) or 5 (v2). Structural on purpose, so that
 * aixlet depends on none of them; what it asks of them is what the three agree on.
 */
export interface LanguageModel {
  readonly specificationVersion: "v2" | "v3" | "v4";
  readonly provider: string;
  readonly modelId: string;
  // Methods with `never` parameters take any of the three specifications' own types.
  doGenerate(options: never): PromiseLike<unknown>;
  doStream(options: never): PromiseLike<unknown>;
}

const ofCall = Symbol("call");

/**
 * A signal is made when it is first looked at: that costs more than all else here, and a model that answers at once never looks. An own property,
 * since middleware copies options; one getter for all, since an object literal's own would cost as much again.
 */
const abortSignal: PropertyDescriptor & ThisType<CallOptions> = {
  enumerable: true,
  configurable: true,
  get() {
    return this[ofCall].signal;
  },
};

/** What a model is called with. */
interface CallOptions {
  prompt: Message[];
  maxOutputTokens: number | undefined;
  temperature: number | undefined;
  topP: number | undefined;
  tools: FunctionTool[] | undefined;
  toolChoice: { type: "auto" | "none" } | undefined;
  responseFormat: { type: "json"; schema: object } | undefined;
  /** Of a stream: the provider's own pieces, too, which tell tokens before the end. */
  includeRawChunks: boolean;
  headers: Record<string, string> | undefined;
  providerOptions: ProviderData | undefined;
  [ofCall]: ModelCall;
  readonly abortSignal?: AbortSignal;
}

interface FunctionTool {
  type: "function";
  name: string;
  description: string | undefined;
  inputSchema: object;
}

interface Callable {
  doGenerate(options: CallOptions): PromiseLike<ResultLike>;
  doStream(options: CallOptions): PromiseLike<{ stream: ReadableStream<StreamPart> }>;
}

const auto = { type: "auto" } as const;
const none = { type: "none" } as const;

/** Tells a model object of the AI SDK from anything else. */
export function isLanguageModel(value: unknown): value is LanguageModel {
  if (typeof value !== "object" || value === null) return false;
  const { specificationVersion, doGenerate, doStream } = value as Partial<LanguageModel>;
  return /^v[234]$/.test(String(specificationVersion)) && typeof doGenerate === "function" && typeof doStream === "function";
}

/** A model of the AI SDK as a ChatModel. */
export class AiSdkModel implements ChatModel {
  readonly provider: string;
  readonly model: string;
  readonly inner: LanguageModel;

  constructor(inner: LanguageModel) {
    this.inner = inner;
    // "openai.responses": the part before the dot is the name that OpenTelemetry has.
    this.provider = inner.provider.split(".")[0];
    this.model = inner.modelId;
  }

  prepare(settings: ModelSettings): PreparedModel {
    return new PreparedAiSdkModel(this, settings);
  }
}

class PreparedAiSdkModel implements PreparedModel {
  readonly model: AiSdkModel;
  readonly #inner: Callable;
  readonly #settings: ModelSettings;
  readonly #tools: FunctionTool[] | undefined;
  readonly #providerOptions: ProviderData | undefined;

  constructor(model: AiSdkModel, settings: ModelSettings) {
    this.model = model;
    this.#inner = model.inner as unknown as Callable;
    this.#settings = settings;
    if (settings.tools !== undefined && settings.tools.length > 0) {
      this.#tools = settings.tools.map(toFunctionTool);
    }
    this.#providerOptions = providerOptions(model.inner.provider, settings);
  }

  // No async function: what it keeps to go on with would be the largest object of a step.
  generate(conversation: Conversation, call: ModelCall): Promise<ModelAnswer> {
    const failed = (error: unknown) => {
      throw toFailure(error, this.model.provider, call.signal);
    };
    try {
      const options = this.#options(conversation, call);
      if (call.onDelta !== undefined) return this.#stream(options, call, call.onDelta).catch(failed);
      return Promise.resolve(this.#inner.doGenerate(options)).then(this.#toAnswer, failed);
    } catch (error) {
      return Promise.reject(toFailure(error, this.model.provider, call.signal));
    }
  }

  readonly #toAnswer = (result: ResultLike): ModelAnswer => {
    try {
      return toAnswer(result, this.model.provider);
    } catch (error) {
      throw toFailure(error, this.model.provider, undefined);
    }
  };

  async #stream(options: CallOptions, call: ModelCall, onDelta: NonNullable<ModelCall["onDelta"]>): Promise<ModelAnswer> {
    const { stream } = await this.#inner.doStream(options);
    return readStream(stream, this.model.provider, onDelta, call.signal);
  }

  #options(conversation: Conversation, call: ModelCall): CallOptions {
    const tools = call.offered === undefined ? this.#tools : [...(this.#tools ?? []), ...call.offered.map(toFunctionTool)];
    const settings = this.#settings;
    const options: CallOptions = {
      prompt: conversation.messages(),
      maxOutputTokens: call.maxTokens ?? settings.maxTokens,
      temperature: settings.temperature,
      topP: settings.topP,
      tools,
      // The tools are declared even where they may not be called: some providers refuse a transcript with calls of tools they do not know.
      toolChoice: tools === undefined ? undefined : call.noTools ? none : auto,
      responseFormat: call.schema === undefined ? undefined : { type: "json", schema: call.schema },
      includeRawChunks: call.onDelta !== undefined,
      headers: call.idempotencyKey === undefined ? undefined : { "idempotency-key": call.idempotencyKey },
      providerOptions: this.#providerOptions,
      [ofCall]: call,
    };
    return Object.defineProperty(options, "abortSignal", abortSignal);
  }
}

function toFunctionTool({ name, description, inputSchema }: ToolDeclaration): FunctionTool {
  return { type: "function", name, description, inputSchema };
}

/**
 * The core holds the whole transcript and sends it with every call, so that a run can move, fork and replay. The Responses interfaces
 * would rather keep it on their side and be given references; OpenAI's also wants schemas of a stricter kind than JSON Schema.
 */
const ownDefaults: ProviderData = {
  "openai.responses": { store: false, strictJsonSchema: false },
  "xai.responses": { store: false },
};

function providerOptions(provider: string, settings: ModelSettings): ProviderData | undefined {
  const defaults = ownDefaults[provider];
  if (defaults === undefined) return settings.providerOptions;
  const name = provider.split(".")[0];
  return { ...settings.providerOptions, [name]: { ...defaults, ...settings.providerOptions?.[name] } };
}
