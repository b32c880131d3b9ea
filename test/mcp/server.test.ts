import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, it } from "vitest";
import { clerk } from "./crew.ts";

// `aixlet mcp`: a process that a client of the official SDK speaks to, and aixlet itself.

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "aixlet-mcp-"));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const argumentsFor = (...more: string[]) => ["--import", "tsx", join(root, "host/cli/main.ts"), "mcp", ...more];

async function connect(...more: string[]): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: argumentsFor(...more), cwd: root, stderr: "ignore" }));
  return client;
}

it("a workflow is a tool that takes a message", async () => {
  const client = await connect(write("team.yaml", "agents: [{name: a, model: gpt-4, description: Says it again.}]\n"), "--model", "echo");
  const { tools } = await client.listTools();
  expect(tools).toEqual([{ name: "team", description: "Says it again.", inputSchema: expect.objectContaining({ required: ["input"] }) }]);
  expect(await client.callTool({ name: "team", arguments: { input: "hello" } })).toEqual({ content: [{ type: "text", text: "hello" }] });
  await expect(client.callTool({ name: "team", arguments: {} })).rejects.toThrow("`input` is the message");
  await expect(client.callTool({ name: "other", arguments: { input: "x" } })).rejects.toThrow("there is no tool other");
  await client.close();
});

it("each place that messages may go to is one, and a run that fails says how", async () => {
  const script = write("script.yaml", "rules: [{when: {agent: x}, give: fine}, {when: {agent: y}, give: {fail: authentication}}]\n");
  const client = await connect(write("two.yaml", "agents: [{name: x, model: good}, {name: y, model: bad}]\n"), "--script", script);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["x", "y"]);
  expect(await client.callTool({ name: "x", arguments: { input: "go" } })).toMatchObject({ content: [{ text: "fine" }] });
  const failed = await client.callTool({ name: "y", arguments: { input: "go" } });
  expect(failed.isError).toBe(true);
  expect(JSON.parse((failed.content as { text: string }[])[0]?.text ?? "")).toMatchObject({ stop: "failed", path: "y" });
  await client.close();
});

it("aixlet calls aixlet", async () => {
  const inner = write("inner.yaml", "agents: [{name: a, model: gpt-4}]\n");
  const server = JSON.stringify({ name: "inner", transport: "stdio", command: process.execPath, args: argumentsFor(inner, "--model", "echo"), cwd: root });
  const { engine, use } = await clerk(`agents: [{name: b, model: gpt-4}]\nmcp_servers: [${server}]\n`);
  expect(await use("inner", { input: "through both" })).toBe("through both");
  await engine.close();
});
