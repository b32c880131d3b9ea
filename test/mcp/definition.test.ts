import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { nameTools } from "../../host/mcp/names.ts";
import { Engine, type EngineOptions } from "../../host/index.ts";
import { clerk } from "./crew.ts";

// What the keys of `mcp_servers` mean, with servers that are the host's own code.

const faulty = fileURLToPath(new URL("faulty-server.mjs", import.meta.url));
const add = {
  description: "adds",
  inputSchema: { type: "object", required: ["a"], properties: { a: { type: "integer" } } },
  execute: ({ a }: Record<string, unknown>) => Number(a) + 1,
};
const servers = { one: { add, same: () => "of one" }, two: { same: () => "of two" } };
const two = "mcp_servers: [{name: one, transport: local}, {name: two, transport: local}]\n";
const load = (yaml: string, options: EngineOptions = {}) => clerk(yaml, { toolServers: servers, ...options });
const toolsOf = (engine: Engine, agent: string) => engine.manifest.definition.agents?.find(({ name }) => name === agent)?.tools?.map(({ name }) => name) ?? [];

it("agents have the tools of all servers, of those they name, or of none", async () => {
  const { engine, use } = await load(
    `${two}agents: [{name: a, model: gpt-4}, {name: b, model: gpt-4, mcp_servers: [two]}, {name: c, model: gpt-4, mcp_servers: []}, {name: d, role: logger}]\n`,
  );
  expect(toolsOf(engine, "a")).toEqual(["add", "one_same", "two_same"]);
  expect(toolsOf(engine, "b")).toEqual(["two_same"]);
  expect(toolsOf(engine, "c")).toEqual([]);
  expect(toolsOf(engine, "d")).toEqual([]);
  expect(engine.toolServers[0]).toEqual({
    name: "one",
    transport: "local",
    tools: [
      { tool: "add", name: "add" },
      { tool: "same", name: "one_same" },
    ],
    leftOut: [],
  });
  expect(use).toBeDefined();
});

it("calls of a tool go to its own server", async () => {
  const { use } = await load(`${two}agents: [{name: a, model: gpt-4}]\n`);
  expect(await use("two_same")).toBe("of two");
  expect(await use("one_same")).toBe("of one");
  expect(await use("add", { a: 1 })).toBe("2");
  expect(await use("add", { a: "one" })).toContain("error: ");
});

it("a tool of the host keeps its name, and an agent's own settings stand before the server's", async () => {
  const { engine, use } = await load(
    "mcp_servers: [{name: one, transport: local, tools: [{name: same, effect: pure, timeout: 5s}]}]\n" +
      "agents: [{name: a, model: gpt-4, tools: [{name: add, description: mine}, {name: same, timeout: 90s, description: 'costs $$1'}]}]\n",
    { tools: { add: () => "the host's" } },
  );
  expect(toolsOf(engine, "a")).toEqual(["add", "one_add", "same"]);
  expect(engine.manifest.definition.agents?.[0]?.tools?.[2]).toMatchObject({ effect: "pure", timeout: 90_000, description: "costs $1" });
  expect(await use("add", {})).toBe("the host's");
  expect(await use("one_add", { a: 1 })).toBe("2");
});

it("names are made as agents can have them, and no two are the same", () => {
  const named = nameTools(
    [
      { name: "a b", tools: ["x.y", "x/y", "z"] },
      { name: "c", tools: ["z", "a_b_z"] },
    ],
    new Set(["c_z"]),
  );
  expect(named.map(({ name }) => name)).toEqual(["a_b_x_y", "a_b_x_y_2", "a_b_z_2", "c_z_2", "a_b_z"]);
});

it.each<[string, string, string]>([
  [
    "a server that expects what is not there",
    "[{name: one, transport: local, tools: [{name: nothing}]}]",
    "has no nothing, which the definition expects of it. It has: add, same.",
  ],
  ["a local server that the host has not", "[{name: five, transport: local}]", "The host has no tool server five"],
  ["a program that is not there", "[{name: x, transport: stdio, command: no-such-program-here}]", "The tool server x cannot be reached: "],
  [
    "a program that says no MCP",
    `[{name: x, transport: stdio, command: "${process.execPath}", args: ["-e", "console.error('sorry'); process.exit(1)"]}]`,
    "it said: sorry",
  ],
  ["no program", "[{name: x, transport: stdio}]", "has no `command`"],
  ["no address", "[{name: x, transport: http}]", "has no `address`"],
  ["nobody there", "[{name: x, transport: http, address: '127.0.0.1:1'}]", "The tool server x cannot be reached: "],
  ["in the open", "[{name: x, transport: http, address: 'http://example.com/mcp'}]", "which is not encrypted"],
  ["no token", "[{name: x, transport: http, address: 'localhost:1', auth: {token_env: NO_SUCH}}]", "set NO_SUCH"],
  ["two of one name", "[{name: one, transport: local}, {name: one, transport: local}]", "there are two tool servers `one`"],
  ["what is later", "[{name: x, transport: grpc}]", "gRPC"],
])("refuses %s", async (_, list, message) => {
  const failing = load(`mcp_servers: ${list}\nagents: [{name: a, model: gpt-4}]\n`, { env: () => undefined });
  await expect(failing).rejects.toThrow(message);
});

it("refuses an agent's server that nobody has", async () => {
  await expect(load(`${two}agents: [{name: a, model: gpt-4, mcp_servers: [three]}]\n`)).rejects.toThrow("there is no tool server `three`");
});

it("names the package that is missing", async () => {
  const yaml = `mcp_servers: [{name: x, transport: stdio, command: "${process.execPath}", args: ["${faulty}"]}]\nagents: [{name: a, model: gpt-4}]\n`;
  await expect(load(yaml, { load: () => Promise.reject(new Error("gone")) })).rejects.toThrow("npm install @modelcontextprotocol/sdk");
});

it("shows a server over HTTP who it is, and hides the token in what is said of a failure", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401).end(`no: ${request.headers.authorization}`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const yaml = `mcp_servers: [{name: x, transport: http, address: '127.0.0.1:${port}', auth: {token: '\${SECRET}'}}]\nagents: [{name: a, model: gpt-4}]\n`;
  const error = await load(yaml, { env: (name) => (name === "SECRET" ? "open-sesame-42" : undefined) }).catch((thrown: Error) => thrown);
  server.close();
  expect(seen).toContain("Bearer open-sesame-42");
  expect((error as Error).message).toContain("401");
  expect((error as Error).message).not.toContain("open-sesame-42");
});

it("a host that asks no servers refuses them", async () => {
  const { problems } = await Engine.validate(two);
  expect(problems.map(({ code }) => code)).toEqual(["no-agents"]);
  await expect(Engine.simulate(`${two}agents: [{name: a, model: gpt-4}]\n`)).rejects.toMatchObject({
    problems: [{ code: "unsupported", path: "mcp_servers" }],
  });
});
