// The program that every runtime runs: agents, a model object, a tool, a journal and its replay, timers, refusals. It says what came of it,
// and that has to be the same everywhere, down to the journal's bytes.

const TALK = `
agents:
  - name: first
    role: react
    prompt: You are first.
    model: object
    tools: [{name: add, description: adds, effect: pure, input_schema: {type: object, properties: {a: {type: integer}, b: {type: integer}}, required: [a, b]}}]
    outputs: [second]
  - {name: second, role: react, prompt: You are second., model: plain, inputs: [first], outputs: [out]}
`;

const TICKS = `
agents:
  - {name: tick, role: producer, interval: 20ms, outputs: [log]}
  - {name: log, role: logger, inputs: [tick]}
`;

/** A model as the AI SDK's packages make them, that asks for a sum and then tells it. */
const model = {
  specificationVersion: "v3",
  provider: "made-up",
  modelId: "object",
  supportedUrls: {},
  async doGenerate({ prompt }) {
    const last = prompt.at(-1);
    const usage = { inputTokens: { total: 7 }, outputTokens: { total: 3 } };
    if (last.role !== "tool") {
      const call = { type: "tool-call", toolCallId: "call-1", toolName: "add", input: '{"a":2,"b":3}' };
      return { content: [call], finishReason: { unified: "tool-calls", raw: undefined }, usage, warnings: [] };
    }
    const text = `Grüße, 世界 🙂: ${last.content[0].output.value}`;
    return { content: [{ type: "text", text }], finishReason: { unified: "stop", raw: undefined }, usage, warnings: [] };
  },
  async doStream() {
    throw new Error("not asked for here");
  },
};

export async function program({ Engine, tool }) {
  const options = {
    models: { object: model, plain: (messages) => `${messages.at(-1).content}!` },
    tools: { add: tool({ execute: ({ a, b }) => a + b }) },
    now: () => 1_700_000_000_000,
  };
  const engine = await Engine.load(TALK, options);
  const run = engine.run("2+3?", { id: "run-1", seed: 1 });
  const seen = [];
  for await (const event of run) seen.push(event.type);
  const { stop, text, counters } = await run;
  const journal = run.journal.bytes();
  const replay = engine.replay(journal);

  const cancelled = await engine.run("2+3?", { signal: AbortSignal.abort(new Error("never mind")) });
  const refused = await Engine.load("agents:\n  - {name: a, rol: react}\n").catch((error) => error.message.split("\n")[1]);

  const ticking = await Engine.load(TICKS);
  const ticks = ticking.run(undefined, { endAfter: 130 });
  let logged = 0;
  for await (const event of ticks) if (event.type === "log") logged++;
  await ticking.close();
  await engine.close();

  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", journal));
  return {
    stop,
    text,
    counters,
    seen,
    replay,
    journal: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    cancelled: { stop: cancelled.stop, text: cancelled.text },
    refused,
    ticks: { stop: (await ticks).stop, enough: logged >= 4 && logged <= 6 },
  };
}
