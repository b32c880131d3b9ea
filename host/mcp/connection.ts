import { ToolServerFailed } from "../errors.ts";
import { redact } from "../models/redact.ts";
import { type ToolContext, type ToolOutcome, ToolUnanswered } from "../tools/tool.ts";
import { answerIn, toolResult } from "./results.ts";
import type { Client, Sdk, Transport } from "./sdk.ts";

/** A tool as its server tells of it. */
export interface ServerTool {
  name: string;
  description?: string;
  inputSchema: Record<string, unknown>;
  annotations?: { readOnlyHint?: boolean; idempotentHint?: boolean };
  execution?: { taskSupport?: string };
}

/** Milliseconds that a server has to connect and to tell of its tools. */
const START = 30_000;
/** The core's deadlines end calls, not the SDK's. */
const FOREVER = 2_147_483_647;
/** Pages of a list of tools. */
const MOST_PAGES = 100;

/** A server that is spoken to. A connection that is lost is made again by the next call, which asks for the tools anew; no call is made twice. */
export class ServerConnection {
  readonly name: string;
  readonly #sdk: Sdk;
  readonly #version: string;
  readonly #open: readonly (() => Promise<Transport>)[];
  #tools = new Map<string, ServerTool>();
  #client: Client | undefined;
  #connecting: Promise<Client> | undefined;
  #closed = false;
  /** The last that a process has said beside the protocol. */
  #said = "";

  /** `open`: ways to it, tried in turn. */
  constructor(name: string, sdk: Sdk, version: string, open: readonly (() => Promise<Transport>)[]) {
    this.name = name;
    this.#sdk = sdk;
    this.#version = version;
    this.#open = open;
  }

  get tools(): ReadonlyMap<string, ServerTool> {
    return this.#tools;
  }

  /** Takes what a process says on stderr. */
  hear(text: string): void {
    this.#said = (this.#said + text).slice(-2000);
  }

  /** Connects, and asks for the tools. @throws ToolServerFailed */
  async connect(): Promise<Client> {
    if (this.#closed) throw new ToolServerFailed(this.name, `The tool server ${this.name} is not needed any more.`);
    if (this.#client !== undefined) return this.#client;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<Client> {
    let last: unknown;
    for (const open of this.#open) {
      const client = this.#sdk.newClient(this.#version);
      try {
        await client.connect(await open(), { timeout: START });
        this.#tools = await this.#list(client);
        if (this.#closed) throw new Error("the engine was closed");
        client.onclose = () => {
          if (this.#client === client) this.#client = undefined;
        };
        client.setNotificationHandler(this.#sdk.types.ToolListChangedNotificationSchema, async () => {
          this.#tools = await this.#list(client);
        });
        this.#client = client;
        return client;
      } catch (error) {
        last = error;
        await client.close().catch(() => {});
      }
    }
    const said = this.#said.trim().split("\n").at(-1) ?? "";
    const { code } = last as { code?: unknown };
    const status = typeof code === "number" && code >= 400 ? `HTTP ${code}: ` : "";
    const reason = redact(last instanceof Error ? last.message : String(last));
    const beside = said === "" ? "" : ` (it said: ${redact(said)})`;
    throw new ToolServerFailed(this.name, `The tool server ${this.name} cannot be reached: ${status}${reason}${beside}`, last);
  }

  async #list(client: Client): Promise<Map<string, ServerTool>> {
    const { ListToolsResultSchema } = this.#sdk.types;
    const tools = new Map<string, ServerTool>();
    if (client.getServerCapabilities()?.tools === undefined) return tools;
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const params = cursor === undefined ? {} : { cursor };
      const result = await client.request({ method: "tools/list", params }, ListToolsResultSchema, { timeout: START });
      for (const tool of result.tools) tools.set(tool.name, tool as ServerTool);
      cursor = result.nextCursor;
      if (cursor === undefined) return tools;
    }
    throw new Error(`more than ${MOST_PAGES} pages of tools`);
  }

  /** Calls a tool, once. @throws ToolUnanswered */
  async call(tool: string, input: Record<string, unknown>, { signal, idempotencyKey }: Pick<ToolContext, "signal" | "idempotencyKey">): Promise<ToolOutcome> {
    let client: Client;
    try {
      client = await this.connect();
    } catch (error) {
      throw new ToolUnanswered("missing", (error as Error).message, { cause: error });
    }
    if (!this.#tools.has(tool)) throw new ToolUnanswered("missing", `the tool server ${this.name} has no tool ${tool} any more`);
    signal.throwIfAborted();
    const params = { name: tool, arguments: input, _meta: { "aixlet/idempotency-key": idempotencyKey } };
    try {
      return toolResult(await client.request({ method: "tools/call", params }, this.#sdk.types.CallToolResultSchema, { signal, timeout: FOREVER }));
    } catch (error) {
      // A session that the server has forgotten: the next call begins another.
      if ((error as { code?: unknown }).code === 404) this.#forget(client);
      return answerIn(this.name, error);
    }
  }

  #forget(client: Client): void {
    if (this.#client === client) this.#client = undefined;
    client.close().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connecting?.catch(() => {});
    const client = this.#client;
    this.#client = undefined;
    await client?.close().catch(() => {});
  }
}
