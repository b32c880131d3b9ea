import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { MissingPackage } from "../errors.ts";
import { importPackage } from "../models/resolve.ts";

type Load = (packageName: string) => Promise<object>;
type Clients = typeof import("@modelcontextprotocol/sdk/client/index.js");
type Stdio = typeof import("@modelcontextprotocol/sdk/client/stdio.js");
type Http = typeof import("@modelcontextprotocol/sdk/client/streamableHttp.js");
type Types = typeof import("@modelcontextprotocol/sdk/types.js");

export type { Client, Transport };

const PACKAGE = "@modelcontextprotocol/sdk";
/** Bytes of one message of a process: a result of 10 MB fits in. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;

/** The official SDK, of which only what is needed is loaded. */
export class Sdk {
  readonly #load: Load;
  readonly #clients: Clients;
  readonly types: Types;

  private constructor(load: Load, clients: Clients, types: Types) {
    this.#load = load;
    this.#clients = clients;
    this.types = types;
  }

  /** @throws MissingPackage */
  static async open(load: Load = importPackage): Promise<Sdk> {
    const clients = (await part(load, "client/index.js")) as Clients;
    return new Sdk(load, clients, (await part(load, "types.js")) as Types);
  }

  newClient(version: string): Client {
    return new this.#clients.Client({ name: "aixlet", version }, { capabilities: {} });
  }

  /** A process that is spoken to by its standard streams; what it says beside goes to `heard`. */
  async stdio(settings: { command: string; args: string[]; env: Record<string, string>; cwd?: string }, heard: (text: string) => void): Promise<Transport> {
    const { StdioClientTransport, getDefaultEnvironment } = (await part(this.#load, "client/stdio.js")) as Stdio;
    const { env, ...rest } = settings;
    const transport = new StdioClientTransport({ ...rest, env: { ...getDefaultEnvironment(), ...env }, stderr: "pipe", maxBufferSize: LONGEST_MESSAGE });
    transport.stderr?.on("data", (chunk: Uint8Array) => heard(new TextDecoder().decode(chunk)));
    return transport;
  }

  async http(url: URL, headers: Record<string, string>): Promise<Transport> {
    const { StreamableHTTPClientTransport } = (await part(this.#load, "client/streamableHttp.js")) as Http;
    // The types of the SDK's own class and interface differ in what may be undefined.
    return new StreamableHTTPClientTransport(url, { requestInit: { headers } }) as unknown as Transport;
  }
}

async function part(load: Load, path: string): Promise<object> {
  try {
    return await load(`${PACKAGE}/${path}`);
  } catch (error) {
    throw new MissingPackage(PACKAGE, `Tool servers (mcp_servers) need the package ${PACKAGE}: npm install ${PACKAGE}`, error);
  }
}
