import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Engine, type EngineOptions } from "../../host/index.ts";
import { AuditLog, createService, listen, type ServiceOptions, settingsOf, type ServiceWorld } from "../../host/server/index.ts";

export interface Running {
  url: string;
  lines: string[];
  engine: Engine;
  audit: AuditLog;
  /** A request on the service; the input is sent as plain text. */
  ask(input: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export interface Setting extends ServiceOptions {
  env?: Record<string, string>;
  files?: Record<string, { text: string; mode?: number }>;
  syslogPort?: number;
  engine?: Partial<EngineOptions>;
}

/** A definition that is served on a free port of this machine; agents of role `say` give back what they get. */
export async function serving(definition: string, { env = {}, files = {}, syslogPort, engine: more, ...options }: Setting = {}): Promise<Running> {
  const lines: string[] = [];
  let audit: AuditLog | undefined;
  const engine = await Engine.load(definition, {
    agents: { say: (text) => `you said ${text}` },
    env: () => undefined,
    audit: (record) => audit?.take(record),
    ...more,
  });
  const world: ServiceWorld = {
    env,
    load: (name) => import(name),
    read: async (path) => {
      const file = files[path];
      if (file === undefined) throw new Error(`there is no ${path}`);
      return { text: file.text, mode: file.mode ?? 0o100600 };
    },
    log: (line) => void lines.push(line),
  };
  try {
    audit = await AuditLog.open(settingsOf(engine.manifest).audit ?? {}, world, syslogPort);
    const listening = await listen(await createService(engine, world, options), { host: "127.0.0.1", port: 0 }, world.load);
    const url = `http://127.0.0.1:${listening.port}`;
    const log = audit;
    return {
      url,
      lines,
      engine,
      audit: log,
      ask: (input, headers = {}) => fetch(`${url}/v1/runs`, { method: "POST", body: input, headers: { "content-type": "text/plain", ...headers } }),
      close: async () => {
        await listening.close();
        await log.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** A server that answers everything with `answer`, and keeps what it got. */
export async function listening(
  answer: (path: string) => { status?: number; body?: unknown },
): Promise<{ url: string; got: { path: string; headers: Record<string, unknown>; body: string }[]; server: Server }> {
  const got: { path: string; headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = request.url ?? "";
    got.push({ path, headers: request.headers, body });
    const { status = 200, body: told = {} } = answer(path);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(told));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, server };
}
