import { createSocket } from "node:dgram";
import { afterEach, expect, it } from "vitest";
import { listening, type Running, type Setting, serving } from "./world.ts";

const guarded = "agents: [{name: echo, role: say}]\nauth_mode: builtin\nbuiltin_auth: {method: api_key, api_keys: {env_prefix: KEY_}}\n";
const env = { KEY_ann: "s3cret", HOOK: "token-of-mine" };
let running: Running | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});
const serve = async (audit: string, setting?: Setting) => (running = await serving(`${guarded}audit: ${audit}`, { env, ...setting }));
const visit = async (service: Running) => {
  await service.ask("hello", { "x-api-key": "s3cret" });
  await service.ask("hello");
};

it("keeps what was asked for in memory, and who signed in if that is wished", async () => {
  await visit(await serve("{enabled: true}"));
  expect(running?.audit.recent).toEqual([{ time: expect.any(Number), action: "run", principal: "ann", resource: "agents", outcome: "allowed", reason: "" }]);
  await running?.close();
  await visit(await serve("{backend: memory, log_auth_decisions: true}"));
  expect(running?.audit.recent.map(({ action, principal, outcome }) => [action, principal, outcome])).toEqual([
    ["sign-in", "ann", "allowed"],
    ["run", "ann", "allowed"],
    ["sign-in", "", "unauthenticated"],
  ]);
});

it("says nothing if it is off", async () => {
  await visit(await serve("{enabled: false, log_auth_decisions: true}"));
  expect(running?.audit.recent).toEqual([]);
});

it("as lines of JSON", async () => {
  await visit(await serve("{backend: json}"));
  const records = running?.lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "audit");
  expect(records).toMatchObject([{ type: "audit", action: "run", principal: "ann", time: expect.stringMatching(/^\d{4}-.*Z$/) }]);
  expect(running?.lines.join()).not.toContain("s3cret");
});

it("to the system's log", async () => {
  const socket = createSocket("udp4");
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  const message = new Promise<string>((got) => socket.once("message", (bytes) => got(String(bytes))));
  await visit(await serve("{backend: syslog}", { syslogPort: socket.address().port }));
  expect(await message).toMatch(/^<86>1 \S+Z - aixlet \d+ audit - \{"type":"audit".*"principal":"ann"/);
  socket.close();
});

it("goes on to others in batches, what they did not take once more", async () => {
  let fails = 1;
  const hook = await listening(() => ({ status: fails-- > 0 ? 503 : 200 }));
  const service = await serve(
    `{siem: {enabled: true, batch_size: 2, flush_interval: 50ms, webhook: {url: "${hook.url}/in", headers: {authorization: "Bearer \${HOOK}"}}, elasticsearch: {urls: ["${hook.url}"], index: audit, username: u, password: "\${HOOK}"}, splunk: {url: "${hook.url}", token: "\${HOOK}", index: i}}, log_auth_decisions: true}`,
  );
  await visit(service);
  await expect.poll(() => hook.got.filter(({ path }) => path === "/in").length, { timeout: 4000 }).toBeGreaterThanOrEqual(2);
  await service.close();
  running = undefined;
  const [first] = hook.got.filter(({ path }) => path === "/in");
  expect(first?.headers.authorization).toBe("Bearer token-of-mine");
  expect(JSON.parse(first?.body ?? "")).toMatchObject([{ action: "sign-in" }, { action: "run" }]);
  expect(hook.got.find(({ path }) => path === "/_bulk")?.body).toMatch(/^\{"create":\{"_index":"audit"\}\}\n\{"type":"audit"/);
  expect(hook.got.find(({ path }) => path === "/services/collector/event")?.headers.authorization).toBe("Splunk token-of-mine");
  const told = hook.got.filter(({ path }) => path === "/in").flatMap(({ body }) => JSON.parse(body) as { action: string; outcome: string }[]);
  expect(told.some(({ outcome }) => outcome === "unauthenticated")).toBe(true);
  hook.server.close();
});

it("needs to know where to", async () => {
  await expect(serve("{siem: {enabled: true}}")).rejects.toThrow("has nowhere to send to");
  await expect(serve('{siem: {enabled: true, webhook: {url: "https://x", tls_verify: false}}}')).rejects.toThrow("Certificates are always checked");
});

it("who asked stands in the line of each request, if that is wished", async () => {
  const definition = "agents: [{name: echo, role: say}]\nauth_mode: delegated\ndelegated_auth: {identity_header: X-User, header_mapping: {email: X-Mail}}\n";
  const line = async (more: string) => {
    running = await serving(definition + more);
    await running.ask("hello", { "x-user": "ann", "x-mail": "ann@example.com" });
    const found = running.lines.map((text) => JSON.parse(text)).find(({ type }) => type === "request");
    await running.close();
    running = undefined;
    return found;
  };
  expect(await line("")).toEqual({ type: "request", method: "POST", path: "/v1/runs", status: 200 });
  expect(await line("logging: {include_identity: true}")).toMatchObject({ principal: "ann", identity: { email: "ann@example.com" } });
});
