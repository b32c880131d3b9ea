import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import type { Engine } from "../../host/index.ts";
import { clerk } from "./crew.ts";

// A server that crashes in calls, changes its tools, sends what is no frame, and never answers: nothing hangs, and the run ends.

const faulty = fileURLToPath(new URL("faulty-server.mjs", import.meta.url));
const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

async function faultyClerk(tools = "") {
  const log = join(mkdtempSync(join(tmpdir(), "aixlet-mcp-")), "log");
  writeFileSync(log, "");
  const server = `{name: faulty, transport: stdio, command: "${process.execPath}", args: ["${faulty}", "${log}"]}`;
  const found = await clerk(`agents: [{name: a, model: gpt-4, tools: [${tools}]}]\nmcp_servers: [${server}]\n`);
  engines.push(found.engine);
  const asked = (what: string) =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line.trim() === what).length;
  return { ...found, asked };
}

it("a crash in a call: unknown for what may run once, failed for what is pure; the next call begins a new process, and none is made twice", async () => {
  const { use, asked } = await faultyClerk();
  expect(await use("crash")).toContain("unknown");
  expect(asked("tools/call crash")).toBe(1);
  expect(await use("say_it", { text: "back" })).toContain("back");
  expect(asked("initialize")).toBe(2);
  expect(asked("tools/list")).toBe(2);
  expect(asked("tools/call crash")).toBe(1);
  expect(await use("crash_idempotent")).toContain("unknown");
  expect(await use("crash_pure")).not.toContain("unknown");
});

it("the core alone makes a call again, where the tool's class allows it", async () => {
  const { use, asked } = await faultyClerk("{name: crash_pure, effect: pure, retry: {max_attempts: 3, initial_interval: 1ms}}");
  expect(await use("crash_pure")).toContain("error: ");
  expect(asked("tools/call crash_pure")).toBe(3);
});

it("a tool that never returns ends at its deadline", async () => {
  const { use, asked } = await faultyClerk("{name: silence, timeout: 200ms}");
  expect(await use("silence")).toContain("unknown");
  await expect.poll(() => asked("notifications/cancelled")).toBe(1);
});

it("a run that is cancelled cancels its call", async () => {
  const { run, asked } = await faultyClerk();
  const under = run("silence", {});
  await expect.poll(() => asked("tools/call silence")).toBe(1);
  under.cancel("enough");
  expect((await under.result).stop).toBe("cancelled");
  await expect.poll(() => asked("notifications/cancelled")).toBe(1);
});

it("what is no frame is passed over, what is no result fails, what the server refuses the model is told", async () => {
  const { use } = await faultyClerk();
  expect(await use("garbage")).toBe("after the garbage");
  expect(await use("nonsense")).toContain("unknown");
  expect(await use("refuse")).toMatch(/^error: .*not like this/);
});

it("a result of 10 MB is cut", async () => {
  const { run } = await faultyClerk();
  let text = "";
  for await (const event of run("large", {})) if (event.type === "tool-end") text = event.text;
  expect(text.length).toBeLessThan(270_000);
  expect(text).toContain("[cut: 262144 of 10000000 characters]");
});

it("a tool that has gone is missing, and was not called", async () => {
  const { use, asked } = await faultyClerk();
  expect(await use("gone")).toBe("still here");
  expect(await use("change")).toBe("changed");
  await expect.poll(() => asked("tools/list")).toBe(2);
  // What the server says comes in order: with this answer the new list is here, too.
  await use("say_it");
  const text = await use("gone");
  expect(text).toContain("has no tool gone any more");
  expect(text).not.toContain("unknown");
  expect(asked("tools/call gone")).toBe(1);
});

it("passes on the idempotency key and the server's own error; what a server says names no variables", async () => {
  const { engine, use, run } = await faultyClerk();
  const under = run("say_it", { text: "hello" });
  expect(JSON.parse(await under.text())).toEqual({ input: { text: "hello" }, meta: { "aixlet/idempotency-key": expect.stringContaining(`${under.id}/`) } });
  expect(await use("say_it", { text: "wrong" })).toMatch(/^error: /);
  expect(engine.manifest.definition.agents?.[0]?.tools?.[0]?.description).toBe("costs ${HOME} $$");
});
