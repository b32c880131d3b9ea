import { spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Engine, type EngineOptions, type RunEvent, type RunOptions, type RunResult, tool } from "../../host/index.ts";
import { HungServer, MockServer } from "./mock-server.ts";
import { key, ways } from "./ways.ts";

// The whole way: a definition, the engine, a provider's own package, HTTP, and a server that knows nothing of aixlet.

let server: MockServer;
let hung: HungServer;

beforeAll(async () => {
  server = await MockServer.start();
  hung = await HungServer.start();
});
afterEach(() => server.reset());
afterAll(async () => {
  await server.stop();
  await hung.stop();
});

interface Outcome {
  result: RunResult;
  events: RunEvent[];
}

/** Runs a definition with everything around it: events, and a replay that must lead to the same. */
async function run(yaml: string, options: EngineOptions, input = "hello", runOptions: RunOptions = {}, watch?: (event: RunEvent) => void): Promise<Outcome> {
  const engine = await Engine.load(yaml, options);
  try {
    const run = engine.run(input, runOptions);
    const events: RunEvent[] = [];
    for await (const event of run) {
      events.push(event);
      watch?.(event);
    }
    const result = await run;
    expect(engine.liveRuns).toBe(0);
    const replay = engine.replay(run.journal.bytes());
    expect(replay).toEqual({ steps: result.counters.steps, finished: true });
    return { result, events };
  } finally {
    await engine.close();
  }
}

const of = <T extends RunEvent["type"]>(events: RunEvent[], type: T) => events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

/** In the words of each wire. */
const usage = {
  ...{ input_tokens: 11, output_tokens: 3 },
  ...{ prompt_tokens: 11, completion_tokens: 3 },
  ...{ promptTokenCount: 11, candidatesTokenCount: 3, totalTokenCount: 14 },
};

const TOOLS = `
    tools:
      - name: weather
        description: Tells the weather.
        effect: pure
        input_schema: {type: object, properties: {city: {type: string}}, required: [city]}`;

describe.each(ways)("an agent on $name", ({ agent, options }) => {
  const definition = (more = "", url = server.url) => `
agents:
  - name: a
    role: react
    prompt: Be brief.
    outputs: [out]
${agent(url).replaceAll(/(^|, )(\w+: )/g, "\n    $2")}
${more}`;

  it("answers", async () => {
    server.on({ userMessage: "hello" }, { content: "Hi there!", usage });
    const { result, events } = await run(definition(), options(server.url));
    expect(result).toMatchObject({
      stop: "done",
      text: "Hi there!",
      counters: { activations: 1, modelCalls: 1, toolCalls: 0, retries: 0, timeouts: 0, late: 0 },
    });
    expect(result.label).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(["message", "agent-start", "model-call", "model-end", "agent-end", "output", "finished"]);
    expect(of(events, "model-end")).toMatchObject([{ usage: { input: 11, output: 3 } }]);
    expect(result.counters).toMatchObject({ inputTokens: 11, outputTokens: 3 });
    const [{ headers, body }] = server.requests();
    expect(headers["idempotency-key"]).toMatch(/\/1$/);
    expect(body.messages).toMatchObject([
      { role: "system", content: "Be brief." },
      { role: "user", content: "hello" },
    ]);
  });

  it("calls tools, several at once, and tells their results in the order of the calls", async () => {
    const cities = ["Oslo", "Bergen", "Nowhere"];
    server.on(
      { toolName: "weather", hasToolResult: false },
      { toolCalls: cities.map((city, i) => ({ id: `call_${i}`, name: "weather", arguments: JSON.stringify({ city }) })) },
    );
    server.on({ hasToolResult: true }, { content: "Rain." });
    const working = new Set<string>();
    let together = 0;
    const weather = tool({
      execute: async ({ city }) => {
        working.add(city);
        together = Math.max(together, working.size);
        // The first call ends last.
        await new Promise((done) => setTimeout(done, 30 - 10 * cities.indexOf(city)));
        working.delete(city);
        if (city === "Nowhere") throw new Error("no such city");
        return `${city}: rain`;
      },
    });
    const { result, events } = await run(definition(TOOLS), { ...options(server.url), tools: { weather } });
    expect(result).toMatchObject({ stop: "done", text: "Rain.", counters: { modelCalls: 2, toolCalls: 3, retries: 0 } });
    expect(together).toBe(3);
    expect(of(events, "tool-end").map(({ text, isError }) => [text, isError])).toEqual([
      ["no such city", true],
      ["Bergen: rain", false],
      ["Oslo: rain", false],
    ]);
    const requests = server.requests();
    expect(requests).toHaveLength(2);
    expect(JSON.stringify(requests[1].body.messages)).toMatch(/Oslo: rain.*Bergen: rain.*no such city/);
    const keys = requests.map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys).size).toBe(2);
  });

  it("waits as long as a rate limit says, and asks again", async () => {
    server.on({ userMessage: "hello" }, { content: "Hi!" });
    server.on({ userMessage: "hello", sequenceIndex: 0 }, { error: { message: "Slow down.", type: "rate_limit_error" }, status: 429, retryAfter: 1 });
    const { result, events } = await run(definition("    retry: {max_attempts: 2, initial_backoff: 1ms, retry_on: [rate_limit]}"), options(server.url));
    expect(result).toMatchObject({ stop: "done", text: "Hi!", counters: { retries: 1, modelCalls: 1 } });
    const [first, second] = of(events, "model-call");
    expect([first.attempt, second.attempt]).toEqual([1, 2]);
    expect(second.effect).toBe(first.effect);
    expect(second.time - first.time).toBeGreaterThanOrEqual(1000);
    expect(of(events, "notice")).toMatchObject([{ level: "warn", code: "retry", text: "rate-limit: attempt 2 in 1000 ms" }]);
    const keys = server.requests().map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
  });

  it("asks again after an error of the server, and no more often than it may", async () => {
    const retry = "    retry: {max_attempts: 3, initial_backoff: 1ms}";
    server.on({ userMessage: "hello" }, { content: "Hi!" });
    server.on({ userMessage: "hello", sequenceIndex: 0 }, { error: { message: "It broke." }, status: 500 });
    const { result, events } = await run(definition(retry), options(server.url));
    expect(result).toMatchObject({ stop: "done", text: "Hi!", counters: { retries: 1 } });
    expect(of(events, "model-end").map(({ error }) => error)).toEqual(["server-error", undefined]);

    server.reset();
    server.on({ userMessage: "hello" }, { error: { message: "It broke." }, status: 503 });
    const broken = await run(definition(retry), options(server.url));
    expect(broken.result).toMatchObject({ stop: "failed", path: "a", counters: { retries: 2 } });
    expect(broken.result.message).toMatch(/^model: server-error: .*It broke\. \(3 attempts\)$/);
    expect(server.requests()).toHaveLength(3);
  });

  it("fails as a whole if an answer is not JSON", async () => {
    server.on({ userMessage: "hello" }, { content: "x" }, { chaos: { malformedRate: 1 } });
    const { result, events } = await run(definition("    retry: {max_attempts: 3, initial_backoff: 1ms}"), options(server.url));
    expect(result).toMatchObject({ stop: "failed", path: "a", counters: { retries: 0 } });
    expect(result.message).toMatch(/^model: malformed: /);
    expect(of(events, "model-end")).toMatchObject([{ error: "malformed" }]);
    expect(server.requests()).toHaveLength(1);
  });

  it("fails with a key that is not known, and does not say it", async () => {
    server.on({ userMessage: "hello" }, { error: { message: `The key ${key} is not known.` }, status: 401 });
    const { result, events } = await run(definition("    retry: {max_attempts: 3, initial_backoff: 1ms}"), options(server.url));
    expect(result).toMatchObject({ stop: "failed", path: "a" });
    expect(result.message).toMatch(/^model: authentication: .*401/);
    expect(of(events, "model-end")).toMatchObject([{ error: "authentication" }]);
    if (options(server.url).models === undefined) expect(JSON.stringify([result, events])).not.toContain(key);
  });

  it("gives up at its deadline, and hangs up", async () => {
    const begun = Date.now();
    const { result, events } = await run(definition("    timeout: 150ms", hung.url), options(hung.url));
    expect(result).toMatchObject({ stop: "deadline", path: "a" });
    expect(Date.now() - begun).toBeLessThan(5000);
    expect(of(events, "agent-end")).toMatchObject([{ error: "deadline" }]);
    await hung.until(() => hung.waiting === 0);
  });

  it("is cancelled in the middle of a call, and hangs up", async () => {
    const controller = new AbortController();
    const running = run(definition("", hung.url), options(hung.url), "hello", { signal: controller.signal });
    await hung.until(() => hung.waiting > 0);
    controller.abort(new Error("never mind"));
    const { result } = await running;
    expect(result).toMatchObject({ stop: "cancelled", counters: { modelCalls: 1, outputTokens: 0, late: 1 } });
    expect(result.message).toContain("never mind");
    await hung.until(() => hung.waiting === 0);
  });
});

describe("an agent with several providers", () => {
  const options: EngineOptions = {
    env: (name) =>
      ({ OPENAI_API_KEY: key, ANTHROPIC_API_KEY: key, GEMINI_API_KEY: key, OPENAI_BASE_URL: `${server.url}/v1`, MOCK: server.url, HUNG: hung.url })[name],
  };
  const definition = (providers: string, more = "") =>
    `agents:\n  - name: a\n    role: react\n    prompt: Be brief.\n    outputs: [out]\n${more}    providers:\n${providers}`;

  it("goes to the next one when one has failed for good", async () => {
    server.on({ model: /claude/ }, { error: { message: "Overloaded." }, status: 529 });
    server.on({ model: /gpt/ }, { error: { message: "No." }, status: 401 });
    server.on({ model: /gemini/ }, { content: "Here I am." });
    const { result, events } = await run(
      definition(
        "      - {model: claude-sonnet-4-5, endpoint: '${MOCK}/v1'}\n      - {model: gpt-4}\n      - {model: gemini-2.5-flash, endpoint: '${MOCK}/v1beta'}\n",
        "    retry: {max_attempts: 2, initial_backoff: 1ms}\n",
      ),
      options,
    );
    expect(result).toMatchObject({ stop: "done", text: "Here I am.", counters: { retries: 1, modelCalls: 1 } });
    expect(of(events, "model-call").map(({ model }) => model)).toEqual(["claude-sonnet-4-5", "claude-sonnet-4-5", "gpt-4", "gemini-2.5-flash"]);
    expect(of(events, "notice").map(({ code }) => code)).toEqual(["retry", "fallback", "fallback"]);
    expect(server.requests().map(({ path }) => path.replace(/\?.*/, ""))).toEqual([
      "/v1/messages",
      "/v1/messages",
      "/v1/responses",
      "/v1beta/models/gemini-2.5-flash:generateContent",
    ]);
  });

  it("goes to the next one when one hangs longer than its call may take", async () => {
    server.on({ model: /gemini/ }, { content: "Here I am." });
    const { result, events } = await run(
      definition(
        "      - {model: claude-sonnet-4-5, endpoint: '${HUNG}/v1', timeout: 150ms}\n      - {model: gemini-2.5-flash, endpoint: '${MOCK}/v1beta', timeout: 20s}\n",
      ),
      options,
    );
    expect(result).toMatchObject({ stop: "done", text: "Here I am.", counters: { timeouts: 1, retries: 0 } });
    expect(of(events, "model-end").map(({ error }) => error)).toEqual(["timeout", undefined]);
    await hung.until(() => hung.waiting === 0);
  });
});

it("an agent that is cancelled while its provider's package is loaded asks nobody", async () => {
  let loaded: (() => void) | undefined;
  const loading = new Promise<void>((done) => (loaded = done));
  const controller = new AbortController();
  const engine = await Engine.load("agents:\n  - {name: a, role: react, model: claude-sonnet-4-5, endpoint: '${MOCK}/v1', outputs: [out]}\n", {
    env: (name) => ({ ANTHROPIC_API_KEY: key, MOCK: hung.url })[name],
    load: async (name) => {
      controller.abort();
      await loading;
      return import(name);
    },
  });
  const running = engine.run("hello", { signal: controller.signal });
  // Once the run has been told, the package comes.
  setTimeout(() => loaded?.(), 50);
  expect(await running).toMatchObject({ stop: "cancelled" });
  expect(hung.waiting).toBe(0);
  await engine.close();
});

it("a program that has answers, deadlines and cancelled calls behind it ends by itself", async () => {
  server.on({ userMessage: "hello" }, { content: "Hi!" });
  const program = `
    import { Engine } from "./host/index.ts";
    const load = (endpoint, more = "") => Engine.load("agents:\\n  - {name: a, role: react, model: claude-sonnet-4-5, endpoint: '" + endpoint + "/v1', outputs: [out]" + more + "}\\n");
    const said = await (await load("${server.url}")).run("hello");
    const late = await (await load("${hung.url}", ", timeout: 100ms")).run("hello");
    const signal = AbortSignal.timeout(200);
    const cancelled = await (await load("${hung.url}", ", timeout: 60s")).run("hello", { signal });
    console.log(said.text, late.stop, cancelled.stop, Date.now());`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    env: { ...process.env, ANTHROPIC_API_KEY: key },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (bytes) => (printed += bytes));
  const code = await new Promise((done) => child.on("close", done));
  const [said, late, cancelled, finished] = printed.trim().split(" ");
  expect([code, said, late, cancelled]).toEqual([0, "Hi!", "deadline", "cancelled"]);
  // The deadline of a minute, the core's own timers and the connections hold nothing up.
  expect(Date.now() - Number(finished)).toBeLessThan(4000);
});
