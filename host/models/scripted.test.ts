import { describe, expect, it } from "vitest";
import type { ScriptRefused } from "../errors.ts";
import { Conversation } from "./conversation.ts";
import { readScript } from "./script-file.ts";
import type { Script } from "./script-format.ts";
import { type ScriptedOptions, scripted } from "./scripted.ts";
import type { ModelCall, ModelDelta, Part } from "./types.ts";

const part = (role: Part["role"], kind: Part["kind"], text: string, id = "", name = ""): Part => ({ role, kind, text, id, name, metadata: "" });
const user = (text: string) => part("user", "text", text);

/** One agent's way through a script. */
function actor(script: Script, { agent = "writer", model = "gpt-4", ...options }: ScriptedOptions & { agent?: string; model?: string } = {}) {
  const conversation = new Conversation();
  const prepared = scripted(script, options)(model).prepare({ agent });
  return {
    conversation,
    prepared,
    /** Hears these, then answers: its answer joins the transcript. */
    async hear(parts: Part[], call: ModelCall = {}) {
      conversation.append(parts);
      const answer = await prepared.generate(conversation, call);
      conversation.append(answer.parts);
      return answer;
    },
    async say(text: string, call: ModelCall = {}) {
      return (await this.hear([user(text)], call)).parts.map((one) => one.text).join("|");
    },
  };
}

const problems = (script: unknown) => {
  try {
    scripted(script as Script);
    return [];
  } catch (error) {
    return (error as ScriptRefused).problems.map((problem) => `${problem.path}: ${problem.code}`);
  }
};

describe("rules", () => {
  it("look at the system text, and count for a run whatever the conversation", async () => {
    const script: Script = [{ when: { system: "classify" }, give: { json: { category: "bug" } } }, { give: ["first", "then"] }];
    const scope = {};
    const one = actor(script);
    const other = actor(script);
    expect(await one.say("hello", { scope })).toBe("first");
    const prepared = one.prepared;
    const asked = new Conversation();
    asked.append([part("system", "text", "You classify messages."), user("crash")]);
    expect((await prepared.generate(asked, { scope })).parts[0].text).toBe('{"category":"bug"}');
    const fresh = new Conversation();
    fresh.append([user("hello")]);
    expect((await prepared.generate(fresh, { scope })).parts[0].text).toBe("then");
    expect(await other.say("hello", { scope: {} })).toBe("first");
  });

  it("are tried in order, each of their conditions having to hold", async () => {
    const script: Script = [
      { when: { agent: "editor" }, give: "by agent" },
      { when: { agent: ["writer", "/^draft/"], text: "blue", turn: 1 }, give: "by text and turn" },
      { when: { model: "/^claude/" }, give: "by model" },
      { when: { text: "/SKY/i" }, give: "by expression" },
      { give: "by default" },
    ];
    expect(await actor(script, { agent: "editor" }).say("blue")).toBe("by agent");
    expect(await actor(script).say("is it blue")).toBe("by text and turn");
    expect(await actor(script, { agent: "drafter" }).say("blue")).toBe("by text and turn");
    expect(await actor(script, { agent: "redrafter" }).say("blue")).toBe("by default");
    expect(await actor(script, { model: "claude-x" }).say("sky")).toBe("by model");
    const one = actor(script);
    expect([await one.say("blue"), await one.say("blue sky"), await one.say("blue"), await one.say("Blue")]).toEqual([
      "by text and turn",
      "by text and turn",
      "by text and turn",
      "by default",
    ]);
  });

  it("count turns from the last message, however long the conversation is", async () => {
    const one = actor([
      { when: { turn: 1 }, give: { calls: [{ tool: "look" }] } },
      { when: { turn: 2 }, give: "seen" },
    ]);
    const result: Part = { role: "tool", kind: "tool-result", text: "a star", id: "c", name: "look", metadata: "" };
    for (let message = 0; message < 3; message++) {
      expect((await one.hear([user("look")])).finish).toBe("tool-calls");
      expect((await one.hear([result])).parts[0].text).toBe("seen");
    }
  });

  it("that ask for a tool's result come after it, and those that ask for a text do not", async () => {
    const script: Script = [
      {
        when: { text: "weather" },
        give: {
          text: "Looking.",
          calls: [
            { tool: "weather", arguments: { city: "Oslo" } },
            { tool: "news", arguments: "{broken", id: "n" },
          ],
        },
      },
      { when: { tool: "weather", result: "/(\\d+) degrees/" }, give: "It is ${1}." },
      { when: { tool: "weather" }, give: "I cannot tell." },
    ];
    const one = actor(script);
    const first = await one.hear([user("the weather?")]);
    expect(first).toMatchObject({
      finish: "tool-calls",
      parts: [
        { kind: "text", text: "Looking." },
        { kind: "tool-call", name: "weather", text: '{"city":"Oslo"}', id: "call-1-1" },
        { kind: "tool-call", name: "news", text: "{broken", id: "n" },
      ],
    });
    const results = (text: string) => [part("tool", "tool-result", text, "call-1-1", "weather"), part("tool", "tool-error", "bad arguments", "n", "news")];
    const second = await one.hear(results("12 degrees, fine weather"));
    expect(second).toMatchObject({ finish: "stop", parts: [{ text: "It is 12." }] });
    expect(await one.say("the weather again?")).toBe('Looking.|{"city":"Oslo"}|{broken');
    expect((await one.hear(results("none"))).parts[0].text).toBe("I cannot tell.");
  });

  it("give a sequence, and are used up, for each agent of each run by itself", async () => {
    const script: Script = [{ when: { text: "next" }, give: ["one", { text: "two" }], times: 3 }, { give: "over" }];
    const [one, two] = [actor(script), actor(script)];
    expect([await one.say("next"), await two.say("next"), await one.say("next"), await one.say("next"), await one.say("next")]).toEqual([
      "one",
      "one",
      "two",
      "two",
      "over",
    ]);
    // A player of its own for every run is not needed: what is counted belongs to the conversation.
    const prepared = scripted(script)("m").prepare({ agent: "a" });
    for (let run = 0; run < 2; run++) {
      const conversation = new Conversation();
      conversation.append([user("next")]);
      expect((await prepared.generate(conversation, {})).parts[0].text).toBe("one");
    }
  });

  it("none of which fits: the failure says where, and what to add", async () => {
    const one = actor([{ when: { agent: "editor" }, give: "x" }], { file: "team.script.yaml" });
    await expect(one.say("who\nknows")).rejects.toMatchObject({
      kind: "missing",
      message:
        'scripted: no rule fits agent writer (model gpt-4) in turn 1 for the input "who knows". Add one to team.script.yaml: - { when: { agent: writer, turn: 1 }, give: "…" }',
    });
    await expect(one.hear([part("assistant", "tool-call", "{}", "c", "add"), part("tool", "tool-result", "3", "c", "add")])).rejects.toMatchObject({
      message: expect.stringContaining('in turn 2 after add gave "3"'),
    });
  });
});

describe("answers", () => {
  it("may be structured, with the call's own words put in", async () => {
    const one = actor([
      {
        when: { text: "/^(\\w+) (\\w+)/" },
        give: { reasoning: "About ${1}.", json: { to: "${2}", all: ["${input}", 3, null], who: "${agent}/${model}/${turn}", price: "$${1}" } },
      },
    ]);
    const { parts } = await one.hear([user("hello world!")]);
    expect(parts).toMatchObject([{ kind: "reasoning", text: "About hello." }, { kind: "text" }]);
    expect(JSON.parse(parts[1].text)).toEqual({ to: "world", all: ["hello world!", 3, null], who: "writer/gpt-4/1", price: "${1}" });
  });

  it("have usage and end as said, or as is likely", async () => {
    const one = actor([{ times: 1, give: { text: "12345", usage: { input: 7, cached_read: 3, reasoning: 1 }, finish: "length" } }, { give: "12345" }]);
    expect(await one.hear([user("1234567")])).toMatchObject({ finish: "length", usage: { input: 7, output: 0, cachedRead: 3, cachedWrite: 0, reasoning: 1 } });
    expect(await one.hear([user("1")])).toMatchObject({ finish: "stop", usage: { input: 4, output: 2 } });
  });

  it("may be failures of every kind", async () => {
    const fails = ["timeout", "rate_limit", { status: 429, retry_after: "1.5s" }, { status: 503, message: "overloaded" }, { kind: "network", message: "cut" }];
    const one = actor([{ give: [...fails.map((fail) => ({ fail, usage: { input: 1 } })), { text: "at last" }] }]);
    const seen: unknown[] = [];
    for (const _ of fails) await one.say("x").catch((failure) => seen.push([failure.kind, failure.retryAfter, failure.message, failure.usage.input]));
    expect(seen).toEqual([
      ["timeout", undefined, "scripted: timeout", 1],
      ["rate-limit", undefined, "scripted: rate-limit", 1],
      ["rate-limit", 1500, "scripted: 429 rate-limit", 1],
      ["server-error", undefined, "scripted: overloaded", 1],
      ["network", undefined, "scripted: cut", 1],
    ]);
    expect(await one.say("x")).toBe("at last");
  });

  it("wait as long as said, by whatever clock there is, and can be aborted", async () => {
    const slept: number[] = [];
    const one = actor(
      [
        {
          give: [
            { text: "a", delay: 5 },
            { text: "b", delay: "1.5s" },
            { text: "c", delay: "2m" },
          ],
        },
      ],
      { sleep: async (ms) => void slept.push(ms) },
    );
    expect([await one.say("x"), await one.say("x"), await one.say("x")]).toEqual(["a", "b", "c"]);
    expect(slept).toEqual([5, 1500, 120_000]);

    const slow = actor([
      {
        give: [
          { text: "soon", delay: 1 },
          { text: "late", delay: "1h" },
        ],
      },
    ]);
    expect(await slow.say("x")).toBe("soon");
    await expect(slow.say("x", { signal: AbortSignal.timeout(5) })).rejects.toMatchObject({ kind: "timeout" });
    await expect(slow.say("x", { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: "aborted" });
  });

  it("are streamed word by word if asked", async () => {
    const deltas: ModelDelta[] = [];
    await actor([{ give: { reasoning: "so so", text: "a b", calls: [{ tool: "add" }] } }]).say("x", { onDelta: (delta) => deltas.push(delta) });
    expect(deltas.map(({ kind, text }) => [kind, text])).toEqual([
      ["reasoning", "so"],
      ["reasoning", " so"],
      ["text", "a"],
      ["text", " b"],
      ["tool-input", "{}"],
    ]);
  });

  it("say that they are scripted", () => {
    expect(scripted([{ give: "x" }])("gpt-4")).toMatchObject({ label: "scripted", provider: "scripted", model: "gpt-4" });
  });
});

describe("a script", () => {
  it("is refused with everything that is wrong with it", () => {
    expect(problems({ rules: [{ when: { agnt: "x", turn: 0, text: "/(/", result: 3 }, give: {} }, { give: [], times: 1.5 }, 7, { when: "x" }] })).toEqual([
      "rules[0].when.agnt: unknown-key",
      "rules[0].when.text: bad-value",
      "rules[0].when.result: bad-type",
      "rules[0].when.turn: bad-value",
      "rules[1].times: bad-value",
      "rules[1].give: bad-value",
      "rules[2]: bad-type",
      "rules[3].when: bad-type",
      "rules[3]: missing-key",
    ]);
    const answers = [
      { text: 1 },
      { text: "a", json: 1 },
      { calls: [{}, { tool: "t", id: 1 }, 1] },
      { calls: "t" },
      { delay: "soon" },
      { delay: -1 },
      { fail: "boom" },
      { fail: {} },
      { fail: { status: 200, retry_after: "x", message: 1 } },
      { usage: { input: -1, tokens: 1 } },
      { finish: "done" },
      { json: { a: ["${inputs}"] } },
      "${1} ${10}",
    ];
    expect(problems(answers.map((give) => ({ give }))).map((line) => line.replace(/^\[\d+\]\.give/, ""))).toEqual([
      ".text: bad-type",
      ": conflict",
      ".calls[0].tool: missing-key",
      ".calls[1].id: bad-type",
      ".calls[2]: bad-type",
      ".calls: bad-type",
      ".delay: bad-value",
      ".delay: bad-value",
      ".fail: bad-value",
      ".fail: missing-key",
      ".fail.status: bad-value",
      ".fail.retry_after: bad-value",
      ".fail.message: bad-type",
      ".usage.tokens: unknown-key",
      ".usage.input: bad-value",
      ".finish: bad-value",
      ".json.a[0]: unknown-variable",
      ": unknown-variable",
    ]);
    for (const other of [null, undefined, 1, "x", { rules: 1 }, {}]) expect(problems(other)).toHaveLength(1);
  });

  it("comes from a YAML or JSON file, with lines in its problems", async () => {
    const rules = await readScript("rules:\n  - when: { agent: writer }\n    give:\n      text: Hello\n", "a.yaml");
    expect(await actor(rules).say("x")).toBe("Hello");
    expect(await readScript('[{"give": "x"}]', "a.json")).toEqual([{ give: "x" }]);

    const refusal = async (text: string) => (await readScript(text, "a.yaml").catch((error) => error)) as ScriptRefused;
    expect((await refusal("- give: x\n- gibe: x\n")).message).toBe(
      "a.yaml:2:3: [1].gibe: unknown key; there are when, give, times\na.yaml:2:3: [1]: a rule needs `give`",
    );
    expect((await refusal("- give:\n    text: x\n    fail: boom\n")).message).toMatch(/^a.yaml:3:11: \[0\].give.fail: one of rate-limit/);
    expect((await refusal("- give: 'x\n")).message).toMatch(/^a.yaml:2:1: Missing closing/);
    expect((await refusal("")).message).toMatch(/^a.yaml:1:1: /);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[i]}`)}]`).join("\n")}\nrules: *h\n`;
    expect((await refusal(bomb)).code).toBe("bad-script");
  });
});
