import type { Event } from "../../host/protocol/index.ts";
import type { Script } from "./play.ts";

const PIPELINE = `
agents:
  - {name: first, role: react, prompt: You are first., model: m, outputs: [second]}
  - {name: second, role: react, prompt: You are second., model: m, inputs: [first], outputs: [out]}
`;

const TOOLS = `
agents:
  - name: solver
    role: react
    prompt: Use your tools.
    model: m
    outputs: [out]
    retry: {max_attempts: 3, initial_backoff: 100ms, max_backoff: 1s}
    tools:
      - name: add
        description: adds
        effect: pure
        input_schema:
          type: object
          properties: {a: {type: integer}, b: {type: integer, default: 2}}
          required: [a]
      - {name: note, description: notes something down}
`;

const PRODUCERS = `
agents:
  - {name: tick, role: producer, interval: 100ms, outputs: [{target: watcher}, {target: second watcher}]}
  - {name: tock, role: producer, interval: 130ms, outputs: [watcher]}
  - {name: watcher, role: logger, inputs: [tick, tock]}
`
  .replace("{target: second watcher}", "{target: watcher-2}")
  .concat("  - {name: watcher-2, role: logger, inputs: [tick]}\n");

const VOTE = `
agents:
  - {name: one, role: react, prompt: One., model: m, inputs: [question], outputs: [vote]}
  - {name: two, role: react, prompt: Two., model: m, inputs: [question], outputs: [vote]}
  - {name: three, role: react, prompt: Three., model: m, inputs: [question], outputs: [vote]}
  - name: vote
    role: aggregator
    inputs: [one, two, three]
    outputs: [out]
    aggregator_config: {aggregation_strategy: voting_majority, timeout_ms: 1000}
`;

const CUSTOM = `
agents:
  - {name: loud, role: shouter, inputs: [in], outputs: [quiet], depends_on: [quiet]}
  - {name: quiet, role: shouter, inputs: [loud], outputs: [out]}
`;

const deliver = (text: string, to = ""): Event => ({ type: "deliver", run: 0, to, text });

/** Texts that go wrong where somebody counts characters, ends at a zero, or knows only half of Unicode. */
export const ODD_TEXTS = [
  "",
  "\u0000",
  "a\u0000b\u0000",
  "\ufeffmark",
  "line\r\nline\u2028line\u2029",
  "\uffff\ufffe\ufffd",
  "\u{10ffff}\u{1f469}\u200d\u{1f4bb}\u0301\u202e",
  "ä".repeat(3000),
  "\u{1f642}".repeat(2000),
  '"\\"\\u0000{{}}${NOT_A_VARIABLE}',
];

/** What both doors of the core are driven through. */
export const SCRIPTS: Script[] = [
  { name: "two agents in a row", yaml: PIPELINE, input: "hello" },
  {
    name: "a tool loop: two calls at once, arguments that are refused, an error, a retry",
    yaml: TOOLS,
    tools: ["add", "note"],
    input: "2+3, and note it",
    models: {
      0: [
        { failure: "rate-limit", retryAfter: 250 },
        {
          text: "let me see",
          calls: [
            ["c1", "add", '{"a":2,"b":3}'],
            ["c2", "add", '{"a":"two"}'],
          ],
        },
        { failure: "server-error" },
        {
          calls: [
            ["c3", "note", '{"text":"5"}'],
            ["c4", "subtract", "{}"],
            ["c5", "add", '{"a":'],
          ],
        },
        "The sum is 5.",
      ],
    },
    tool: ({ name, arguments: args }) =>
      name === "note" ? new Error("no paper") : JSON.stringify(Object.values(JSON.parse(args) as Record<string, number>).reduce((a, b) => a + b)),
  },
  { name: "a model that fails for good", yaml: PIPELINE, input: "hello", models: { 1: [{ failure: "authentication" }] } },
  { name: "producers and loggers until their end", yaml: PRODUCERS, start: { endAfter: 1000 } },
  { name: "a vote", yaml: VOTE, input: "red or blue?", models: { 0: ["red"], 1: ["blue"], 2: ["red"] } },
  { name: "a vote that one does not live to see", yaml: VOTE, input: "red or blue?", models: { 0: ["red"], 1: [{ never: true }], 2: ["blue"] } },
  { name: "host code as agents", yaml: CUSTOM, roles: ["shouter"], input: "hello" },
  {
    name: "a run that stays open, and is cancelled",
    yaml: PIPELINE,
    start: { closed: false },
    later: { 1: [deliver("one"), deliver("two", "second")], 3: [deliver("three", "nobody")], 7: [{ type: "cancel", run: 0, reason: "enough" }] },
  },
  { name: "a run that stays open, and is closed", yaml: PIPELINE, start: { closed: false }, later: { 2: [deliver("one")], 6: [{ type: "close", run: 0 }] } },
  {
    name: "a run that is saved as it goes",
    yaml: PRODUCERS,
    start: { endAfter: 500 },
    later: { 1: [{ type: "save", run: 0 }], 3: [{ type: "save", run: 0 }] },
  },
  { name: "a budget of one call", yaml: PIPELINE, input: "hello", start: { budget: { calls: 1, tokens: 0, time: 0, money: 0 } } },
  { name: "variables", yaml: PIPELINE.replace("model: m", 'model: "${MODEL}"'), variables: { MODEL: "m" }, input: "hello" },
  {
    name: "a variable that is not set",
    yaml: PIPELINE.replace("model: m", 'model: "${MODEL}"').replace("You are second.", '"${NAME}"'),
    variables: { MODEL: "m" },
    input: "hello",
  },
  {
    name: "all that is wrong with a definition",
    yaml: "agents:\n  - {name: a, rol: react}\n  - {name: a, role: producer, intervall: soon, depends_on: [b]}\nagent: {}\n",
  },
  {
    name: "events for nobody",
    yaml: PIPELINE,
    input: "hello",
    longest: 12,
    later: {
      1: [
        { type: "cancel", run: 4_194_304 * 5, reason: "who?" },
        {
          type: "start",
          run: 0,
          tag: 9,
          definition: 77,
          id: "x",
          seed: 0,
          watch: false,
          closed: true,
          to: "",
          input: "",
          hasInput: false,
          endAfter: 0,
          budget: { calls: 0, tokens: 0, time: 0, money: 0 },
          traceId: "",
          parentSpan: "",
          tenant: "",
          session: "",
          user: "",
        },
        { type: "tool-result", run: 0, effect: 99, attempt: 1, isError: false, text: "late" },
        { type: "grant", run: 0, effect: 1, granted: true },
        { type: "replay", run: 0, tag: 3, definition: 1, record: new Uint8Array(40), show: false },
        { type: "forget", definition: 55 },
      ],
    },
  },
  ...ODD_TEXTS.map((text, i): Script => ({ name: `odd text ${i}`, yaml: PIPELINE, input: text, models: { 0: [text], 1: [`${text}!`] } })),
];
