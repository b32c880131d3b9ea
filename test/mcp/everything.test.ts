import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clerk } from "./crew.ts";

// The reference server of the protocol's own project, over both transports.

const everything = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-everything/dist/index.js");

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

let child: ChildProcess;
let port: number;
beforeAll(async () => {
  port = await freePort();
  child = spawn(process.execPath, [everything, "streamableHttp"], { env: { ...process.env, PORT: String(port) }, stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((done) => child.stderr?.on("data", (chunk) => String(chunk).includes("listening") && done()));
});
afterAll(() => void child.kill());

const places: Record<string, () => string> = {
  stdio: () => `{name: all, transport: stdio, command: "${process.execPath}", args: ["${everything}", stdio]}`,
  http: () => `{name: all, transport: http, address: "http://127.0.0.1:${port}/mcp"}`,
};

describe.each(Object.keys(places))("server-everything over %s", (transport) => {
  const definition = (more = "") => `agents: [{name: a, model: gpt-4${more}}]\nmcp_servers: [${places[transport]?.()}]\n`;

  it("its tools are the agents', checked by the core, and called", async () => {
    const { engine, told, use } = await clerk(definition());
    const [server] = engine.toolServers;
    expect(server).toMatchObject({ name: "all", transport, leftOut: ["simulate-research-query"] });
    const tools = engine.manifest.definition.agents?.[0]?.tools ?? [];
    expect(tools.map(({ name }) => name)).toEqual(server?.tools.map(({ name }) => name));
    expect(tools.find(({ name }) => name === "get-sum")).toMatchObject({ effect: "pure", input_schema: { required: ["a", "b"] } });
    expect(tools.find(({ name }) => name === "gzip-file-as-resource")).toMatchObject({ effect: "idempotent" });
    expect(tools.find(({ name }) => name === "toggle-simulated-logging")?.effect).toBeUndefined();
    expect(await use("echo", { message: "hello" })).toBe("Echo: hello");
    expect(await use("get-sum", { a: 2, b: 3 })).toContain("5");
    // The core refuses it: the server is not asked.
    expect(await use("get-sum", { a: "two", b: 3 })).toContain("error: ");
    expect(await use("get-tiny-image")).toMatch(/\[image image\/png, \d+ bytes\]/);
    expect(await use("get-resource-links", { count: 2 })).toMatch(/\[resource .* text\/plain\]/);
    expect(await use("get-resource-reference", { resourceType: "Blob", resourceId: 1 })).toMatch(/\[resource .*, \d+ bytes\]/);
    expect(await use("get-structured-content", { location: "Chicago" })).toContain("temperature");
    expect(told.length).toBeGreaterThan(0);
    await engine.close();
  });

  it("cancels a call that lasts too long", async () => {
    const more = ", tools: [{name: trigger-long-running-operation, timeout: 300ms, effect: once}]";
    const { engine, use } = await clerk(definition(more));
    const began = Date.now();
    expect(await use("trigger-long-running-operation", { duration: 30, steps: 2 })).toContain("unknown");
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await use("echo", { message: "still there" })).toBe("Echo: still there");
    await engine.close();
  });
});
