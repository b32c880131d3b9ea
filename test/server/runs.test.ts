import { afterEach, expect, it } from "vitest";
import { type Running, type Setting, serving } from "./world.ts";

const echo = "agents: [{name: echo, role: say}]";
let running: Running;
afterEach(() => running.close());
const serve = async (definition: string, setting?: Setting) => (running = await serving(definition, setting));
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${running.url}/v1/runs`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

it("a message is answered", async () => {
  await serve(echo);
  const response = await running.ask("hello");
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    stop: "done",
    text: "you said hello",
    outputs: [{ agent: "echo", text: "you said hello" }],
    counters: { agentCalls: 1 },
  });
  expect(await (await post({ input: "to it", to: "echo" })).json()).toMatchObject({ text: "you said to it" });
});

it("a run that fails says so, with where and why", async () => {
  await serve("agents: [{name: bad, role: fails}]", { engine: { agents: { fails: () => Promise.reject(new Error("no idea")) } } });
  const response = await running.ask("hello");
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ stop: "failed", path: "bad", message: expect.stringContaining("no idea") });
});

it.each([[{ input: "hello", stream: true }, {}] as const, [{ input: "hello" }, { accept: "text/event-stream" }] as const])(
  "%j with %j streams what happens",
  async (body, headers) => {
    await serve(echo);
    const response = await post(body, headers);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events = (await response.text()).split("\n\n").filter((text) => text !== "");
    const names = events.map((text) => /^event: (.*)$/m.exec(text)?.[1]);
    expect(names).toEqual(expect.arrayContaining(["message", "agent-start", "agent-end", "output"]));
    expect(names.at(-1)).toBe("finished");
    expect(JSON.parse(/^data: (.*)$/m.exec(events.at(-1) ?? "")?.[1] ?? "")).toMatchObject({ stop: "done", text: "you said hello" });
  },
);

it.each([
  ["{", 400, "no JSON"],
  ["[]", 400, "no JSON object"],
  [{ text: "hello" }, 400, "`text` is unknown here"],
  [{}, 400, "`input` is missing"],
  [{ input: 3 }, 400, "`input` is missing, or no text"],
  [{ input: "x", to: 3 }, 400, "`to` is no text"],
  [{ input: "x", stream: "yes" }, 400, "`stream` is true or false"],
  [{ input: "x", to: "nobody" }, 400, 'nobody takes messages as "nobody"'],
  [{ input: "a\u0000b" }, 400, "character"],
])("%j is refused", async (body, status, message) => {
  await serve(echo);
  const response = await post(body);
  expect(response.status).toBe(status);
  expect(((await response.json()) as { message: string }).message).toContain(message);
});

it("bodies that are too large, of another type or not UTF-8 are refused", async () => {
  await serve(echo);
  expect((await running.ask("x".repeat(1_100_000))).status).toBe(413);
  expect((await post("<a/>", { "content-type": "text/xml" })).status).toBe(415);
  const bytes = await fetch(`${running.url}/v1/runs`, { method: "POST", body: new Uint8Array([0xff, 0xfe]), headers: { "content-type": "text/plain" } });
  expect(bytes.status).toBe(400);
});

it("tells how it is", async () => {
  await serve(echo);
  expect(await (await fetch(`${running.url}/health`)).json()).toEqual({ status: "ok" });
  expect(await (await fetch(`${running.url}/ready`)).json()).toEqual({ status: "ready" });
  expect((await fetch(`${running.url}/metrics`)).status).toBe(404);
  expect((await fetch(`${running.url}/else`)).status).toBe(404);
});

it("is not ready without a key for its model, and does not tell others why", async () => {
  await serve("agents: [{name: a, model: gpt-4}]");
  const response = await fetch(`${running.url}/ready`);
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain("OPENAI");
  expect(running.lines.join()).toContain("OPENAI_API_KEY");
});

it("counts, if the definition wants that", async () => {
  await serve(`${echo}\nobservability: {metrics: true}`);
  await running.ask("hello");
  const text = await (await fetch(`${running.url}/metrics`)).text();
  expect(text).toContain('aixlet_runs_total{stop="done"} 1');
  expect(text).toContain('aixlet_requests_total{status="200"} 1');
});

it("nobody waits: the run is cancelled", async () => {
  let stopped: (() => void) | undefined;
  const cancelled = new Promise<void>((done) => (stopped = done));
  let begun: (() => void) | undefined;
  const began = new Promise<void>((done) => (begun = done));
  await serve("agents: [{name: slow, role: slow}]", {
    engine: {
      agents: {
        slow: (_, { signal }) =>
          new Promise((_, reject) => {
            begun?.();
            signal.addEventListener("abort", () => {
              stopped?.();
              reject(new Error("aborted"));
            });
          }),
      },
    },
  });
  const abort = new AbortController();
  const asked = fetch(`${running.url}/v1/runs`, { method: "POST", body: "hello", headers: { "content-type": "text/plain" }, signal: abort.signal });
  await began;
  abort.abort();
  await expect(asked).rejects.toThrow();
  await cancelled;
  await expect.poll(() => running.engine.liveRuns).toBe(0);
});
