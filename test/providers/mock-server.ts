import { createServer, type Server, type Socket } from "node:net";
import * as anthropic6 from "@ai-sdk/anthropic";
import * as google6 from "@ai-sdk/google";
import * as openai6 from "@ai-sdk/openai";
import { type FixtureMatch, type FixtureOpts, type FixtureResponse, LLMock } from "@copilotkit/aimock";
import * as anthropic7 from "anthropic-v4";
import * as google7 from "google-v4";
import * as openai7 from "openai-v4";
import * as compatible7 from "openai-compatible-v4";
import * as xai7 from "xai-v4";
import type { LanguageModel } from "../../host/models/ai-sdk.ts";

/** A server that speaks the wire protocols of the providers, and knows nothing of aixlet. */
export class MockServer {
  readonly #mock = new LLMock({ port: 0, logLevel: "silent", chunkSize: 8 });

  static async start(): Promise<MockServer> {
    const server = new MockServer();
    await server.#mock.start();
    return server;
  }

  get url(): string {
    return this.#mock.url;
  }

  /** Answers requests that fit; later ones stand before earlier ones. */
  on(match: FixtureMatch, response: FixtureResponse, options: FixtureOpts = {}): void {
    this.#mock.prependFixture({ match, response, ...options });
  }

  /** What was asked, since the last reset: headers, and the body in the form that all providers' requests are brought to. */
  requests(): { path: string; headers: Record<string, string>; body: Record<string, unknown> }[] {
    return this.#mock
      .getRequests()
      .map(({ path, headers, body }) => ({ path, headers: headers as Record<string, string>, body: (body ?? {}) as unknown as Record<string, unknown> }));
  }

  reset(): void {
    this.#mock.reset();
  }

  stop(): Promise<void> {
    return this.#mock.stop();
  }
}

/** A server that takes connections and says nothing, ever. */
export class HungServer {
  readonly #sockets = new Set<Socket>();
  /** Connections on which something was asked. Node opens fresh ones as soon as these close, and keeps them for later. */
  readonly #waiting = new Set<Socket>();
  readonly #server: Server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#waiting.delete(socket);
      this.#changed();
    });
    socket.on("data", () => {
      this.#waiting.add(socket);
      this.#changed();
    });
  });
  #changed: () => void = () => {};

  static async start(): Promise<HungServer> {
    const hung = new HungServer();
    await new Promise<void>((done) => hung.#server.listen(0, "127.0.0.1", done));
    return hung;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  /** How many wait for an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits until the condition holds, looking whenever somebody asks or leaves. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((changed) => (this.#changed = changed));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }
}

/** A provider package as tests use it: which wire protocol, and how to get a model that speaks to a server of ours. */
export interface TestedProvider {
  name: string;
  wire: "openai" | "anthropic" | "gemini" | "chat";
  model(url: string): LanguageModel;
}

/** Real packages of both generations of the AI SDK: 6 (specification v3) and 7 (v4). */
export const testedProviders: TestedProvider[] = [
  { name: "@ai-sdk/openai 3", wire: "openai", model: (url) => openai6.createOpenAI({ apiKey: "test", baseURL: `${url}/v1` })("gpt-4o") },
  { name: "@ai-sdk/openai 3, chat", wire: "chat", model: (url) => openai6.createOpenAI({ apiKey: "test", baseURL: `${url}/v1` }).chat("gpt-4o") },
  { name: "@ai-sdk/anthropic 3", wire: "anthropic", model: (url) => anthropic6.createAnthropic({ apiKey: "test", baseURL: `${url}/v1` })("claude-sonnet-4-5") },
  {
    name: "@ai-sdk/google 3",
    wire: "gemini",
    model: (url) => google6.createGoogleGenerativeAI({ apiKey: "test", baseURL: `${url}/v1beta` })("gemini-2.5-flash"),
  },
  { name: "@ai-sdk/openai 4", wire: "openai", model: (url) => openai7.createOpenAI({ apiKey: "test", baseURL: `${url}/v1` })("gpt-4o") },
  { name: "@ai-sdk/anthropic 4", wire: "anthropic", model: (url) => anthropic7.createAnthropic({ apiKey: "test", baseURL: `${url}/v1` })("claude-sonnet-4-5") },
  {
    name: "@ai-sdk/google 4",
    wire: "gemini",
    model: (url) => google7.createGoogleGenerativeAI({ apiKey: "test", baseURL: `${url}/v1beta` })("gemini-2.5-flash"),
  },
  { name: "@ai-sdk/xai 5", wire: "openai", model: (url) => xai7.createXai({ apiKey: "test", baseURL: `${url}/v1` })("grok-3") },
  {
    name: "@ai-sdk/openai-compatible 3",
    wire: "chat",
    model: (url) => compatible7.createOpenAICompatible({ name: "vllm", baseURL: `${url}/v1`, includeUsage: true })("llama-3"),
  },
];
