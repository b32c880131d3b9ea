import { MissingKey, ToolServerFailed } from "../errors.ts";
import { fillVariables } from "../fill-variables.ts";
import type { CanonicalTool } from "../manifest.ts";
import { keepSecret } from "../models/redact.ts";

/** A server as the canonical definition has it; texts may hold `${NAME}`. */
export interface CanonicalServer {
  name: string;
  transport: "local" | "stdio" | "http";
  command?: string;
  args?: string[];
  env?: Record<string, string>;
  cwd?: string;
  address?: string;
  tls?: boolean;
  auth?: { token?: string; token_env?: string };
  tools?: CanonicalTool[];
}

/** How a server is reached. */
export type Place =
  | { transport: "local" }
  | { transport: "stdio"; command: string; args: string[]; env: Record<string, string>; cwd?: string }
  /** Addresses are tried in turn. */
  | { transport: "http"; addresses: URL[]; headers: Record<string, string> };

type Env = (name: string) => string | undefined;

/**
 * Where a server is, variables filled in.
 * @throws MissingKey for a variable without a value, ToolServerFailed for a setting that is missing or may not be
 */
export function placeOf(server: CanonicalServer, env: Env, inDevelopment: boolean): Place {
  const refuse = (reason: string) => new ToolServerFailed(server.name, `The tool server ${server.name} ${reason}`);
  const fill = (text: string) =>
    fillVariables(text, env, (name, whole) => new MissingKey([name], `The tool server ${server.name} needs ${whole}, which is not set: set ${name}.`));
  if (server.transport === "local") return { transport: "local" };
  if (server.transport === "stdio") {
    if (server.command === undefined) throw refuse("has no `command`: `stdio` starts a program.");
    const variables = Object.entries(server.env ?? {}).map(([name, value]) => [name, fill(String(value))]);
    const cwd = server.cwd === undefined ? {} : { cwd: server.cwd };
    return { transport: "stdio", command: server.command, args: (server.args ?? []).map(fill), env: Object.fromEntries(variables), ...cwd };
  }
  const addresses = (server.address === undefined ? "" : fill(server.address))
    .split(",")
    .map((text) => text.trim())
    .filter((text) => text !== "");
  if (addresses.length === 0) throw refuse("has no `address`: `http` needs its URL.");
  const token = tokenOf(server, env, fill);
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return { transport: "http", addresses: addresses.map((address) => urlOf(address, server.tls === true, inDevelopment, refuse)), headers };
}

function tokenOf({ name, auth }: CanonicalServer, env: Env, fill: (text: string) => string): string | undefined {
  if (auth === undefined) return undefined;
  const variable = auth.token_env;
  const token = auth.token !== undefined ? fill(auth.token) : variable !== undefined ? env(variable) : undefined;
  if (!token) {
    const what = variable === undefined ? "neither `token` nor `token_env`" : `a token in ${variable}, which is not set: set ${variable}`;
    throw new MissingKey(variable === undefined ? [] : [variable], `The tool server ${name} wants who it is spoken to by, and there is ${what}.`);
  }
  keepSecret(token);
  return token;
}

function urlOf(address: string, tls: boolean, inDevelopment: boolean, refuse: (reason: string) => Error): URL {
  const whole = /^https?:\/\//i.test(address) ? address : `${tls ? "https" : "http"}://${address}${address.includes("/") ? "" : "/mcp"}`;
  if (!URL.canParse(whole)) throw refuse(`has an \`address\` that is no URL: ${address}`);
  const url = new URL(whole);
  if (url.protocol === "http:" && !isHere(url.hostname) && !inDevelopment) {
    throw refuse(`is at ${url.origin}, which is not encrypted: use https:// (or \`tls: true\`), or say \`environment: development\`.`);
  }
  return url;
}

function isHere(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}
