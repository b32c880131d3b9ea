import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aixlet, folder } from "./fake-io.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const command = ["--import", "tsx", join(root, "host/cli/main.ts")];

let cwd: string;
beforeAll(async () => {
  cwd = await folder({
    "team.yaml": "agents: [{name: a, model: gpt-4}]\n",
    "guarded.yaml": "agents: [{name: a, model: gpt-4}]\nbuiltin_auth: {method: api_key}\naudit: {backend: json}\n",
  });
});
afterAll(() => rm(cwd, { recursive: true }));

it("serves until it is interrupted", { timeout: 30_000 }, async () => {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, AIXGO_API_KEY_ann: "s3cret" };
  const child = spawn(process.execPath, [...command, "serve", join(cwd, "guarded.yaml"), "--model", "echo", "--port", "0", "--host", "127.0.0.1"], {
    cwd: root,
    env,
  });
  let told = "";
  child.stderr.on("data", (chunk) => (told += chunk));
  const ended = new Promise<number | null>((done) => child.once("close", done));
  await expect.poll(() => /http:\S+/.exec(told)?.[0], { timeout: 20_000 }).toBeDefined();
  const url = /http:\S+/.exec(told)?.[0];
  const ask = (headers: Record<string, string>) =>
    fetch(`${url}/v1/runs`, { method: "POST", body: "hello", headers: { "content-type": "text/plain", ...headers } });
  expect((await ask({})).status).toBe(401);
  expect(await (await ask({ "x-api-key": "s3cret" })).json()).toMatchObject({ stop: "done", text: "hello" });
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(told).toContain('{"type":"audit","time":');
  expect(told).not.toContain("s3cret");
});

it("what is open to everybody is open on this machine only", async () => {
  const { code, stderr } = await aixlet(["serve", "team.yaml", "--model", "echo", "--host", "0.0.0.0"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("0.0.0.0 is open to others, and the definition does not say who may use it");
});

it("keys that are needed have to be there", async () => {
  const { code, stderr } = await aixlet(["serve", "guarded.yaml", "--model", "echo"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("Nobody has a key to sign in with: no variable's name begins with AIXGO_API_KEY_.");
});
