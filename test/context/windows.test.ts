import { expect, it } from "vitest";
import { readYaml } from "../../host/definition/nodes.ts";
import type { CallModelCommand, Event, Part } from "../../host/protocol/index.ts";
import { event } from "../engine/events.ts";
import { FrameCore } from "../engine/frame-core.ts";

// Random talks with random windows: whatever is said, and however it is cut, every request with its answer fits, no call is parted from its result,
// and what the user said last is always there.

const RUNS = Number(process.env.AIXLET_WINDOWS ?? 200);
const STRATEGIES = ["drop_oldest", "keep_last", "relevance", "summarise"];

/** Mulberry32 (Tommy Ettinger). */
function randomness(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (most: number) => Math.floor(next() * most), chance: (share: number) => next() < share };
}

/** A tokenizer that estimates know nothing of: some texts are a token a byte, others one for each seven. */
function tokensOf(text: string): number {
  const bytes = Buffer.byteLength(text);
  const per = 1 + ([...text.slice(0, 8)].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 7);
  return Math.ceil(bytes / per);
}

/** What a request is by that tokenizer, as OpenAI counts messages. */
function requestTokens(parts: readonly Part[], tools: string): number {
  const system = parts[0]?.role === "system" ? parts[0].text : "";
  const said = system === "" ? parts : parts.slice(1);
  // The core has a summary counted together with what stands before it.
  const summary = said[0]?.text.startsWith("What was said before, summed up:") ? said[0].text : "";
  const rest = summary === "" ? said : said.slice(1);
  return tokensOf(system + tools + summary) + (summary === "" ? 7 : 11) + rest.reduce((sum, { text, name }) => sum + tokensOf(text) + tokensOf(name) + 4, 0);
}

it(`requests fit in ${RUNS} random talks`, { timeout: 120_000 }, async () => {
  let calls = 0;
  let compacted = 0;
  let refused = 0;
  let counted = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = randomness(seed);
    const words = ["alpha", "be", "gamma ray", "日本語", "{}", "0x1f", "Привет", "\n\n", "aaaaaaaaaaaaaaaa"];
    const say = (most: number) => Array.from({ length: 1 + random.below(most) }, () => words[random.below(words.length)]).join(" ");
    const window = 300 + random.below(2000);
    const answer = 10 + random.below(300);
    const strategy = STRATEGIES[random.below(STRATEGIES.length)];
    const tools = random.chance(0.6);
    const prompt = random.chance(0.5) ? "Be brief, and mind the gap." : "";
    const definition = [
      `context: {max_tokens: ${window}, strategy: ${strategy}, keep_last: ${random.below(6)}}`,
      "agents:",
      `  - {name: a, model: gpt-4o, max_tokens: ${answer}${prompt === "" ? "" : `, prompt: "${prompt}"`}${tools ? ", tools: [{name: look, effect: pure}]" : ""}}`,
    ].join("\n");
    const core = await FrameCore.load();
    let now = 1e12;
    let queue = core.step(now, [event("define", { tag: 1, sources: [readYaml("talk.yaml", definition)], tools: ["look"] })]).commands;
    expect(queue.map(({ type }) => type)).toEqual(["defined"]);
    let lastUser = say(30);
    queue = core.step(now, [event("start", { input: lastUser, closed: false, hasInput: true })]).commands;
    const host = new Map<number, Part[]>();
    for (let turn = 0; turn < 40; turn++) {
      const events: Event[] = [];
      let answered = false;
      const run = queue.find((command) => command.type === "started")?.run ?? (queue[0] && "run" in queue[0] ? (queue[0].run as number) : 0);
      for (const command of queue) {
        if (command.type === "count-tokens") {
          counted++;
          const { effect, attempt, texts } = command;
          events.push(event("counted", { run: command.run, effect, attempt, table: "x", counts: texts.map((text) => ({ tokens: tokensOf(text) })) }));
        } else if (command.type === "call-model") {
          calls++;
          const parts = shown(host, command);
          const size = requestTokens(parts, tools ? "look" : "");
          if (command.conversation === 0) {
            check(parts, lastUser, `seed ${seed}, turn ${turn}, ${strategy}`);
            const bound = command.maxOutput || answer;
            expect(size + bound, `seed ${seed}, turn ${turn}: ${size} and ${bound} in ${window}`).toBeLessThanOrEqual(window);
          }
          const isCall = tools && !command.noTools && random.chance(0.5);
          const said = { role: "assistant", text: say(20), id: "", name: "", metadata: "", kind: "text" } as const;
          const call = { ...said, kind: "tool-call", text: "{}", id: `c${turn}`, name: "look" } as const;
          const usage = { input: random.chance(0.8) ? size : random.below(5000), output: random.below(answer), cachedRead: 0, cachedWrite: 0, reasoning: 0 };
          const { effect, attempt } = command;
          events.push(
            event("model-result", { run: command.run, effect, attempt, parts: isCall ? [said, call] : [said], usage, finish: isCall ? "tool-calls" : "stop" }),
          );
          answered ||= !isCall && command.conversation === 0;
        } else if (command.type === "call-tool") {
          const { effect, attempt } = command;
          events.push(event("tool-result", { run: command.run, effect, attempt, isError: random.chance(0.2), text: say(random.chance(0.1) ? 200 : 20) }));
        } else if (command.type === "notice" && command.code === "context-compacted") compacted++;
        else if (command.type === "notice" && command.code === "agent-failed") {
          refused++;
          answered = true;
          expect(command.text).toMatch(/context window has room for|gave no answer/);
        }
      }
      if (answered) {
        lastUser = say(30);
        events.push(event("deliver", { run, to: "a", text: lastUser }));
      }
      queue = core.step(++now, events).commands;
    }
  }
  expect(calls).toBeGreaterThan(RUNS * 10);
  expect(compacted).toBeGreaterThan(RUNS);
  expect(counted).toBeGreaterThan(RUNS);
  expect(refused).toBeLessThan(calls / 10);
});

/** What the host has of the command's conversation with it. */
function shown(host: Map<number, Part[]>, { conversation, known, parts }: CallModelCommand): Part[] {
  const former = known === 0 ? [] : (host.get(conversation) ?? []);
  expect(former.length).toBe(known);
  const all = [...former, ...parts];
  host.set(conversation, all);
  return all;
}

function check(parts: readonly Part[], lastUser: string, where: string): void {
  const calls = parts.filter(({ kind }) => kind === "tool-call").map(({ id }) => id);
  const results = parts.filter(({ kind }) => kind === "tool-result" || kind === "tool-error").map(({ id }) => id);
  expect(results, where).toEqual(calls);
  expect(
    parts.some(({ role, text }) => role === "user" && text === lastUser),
    `${where}: the user's last words`,
  ).toBe(true);
  const first = parts.find(({ role }) => role !== "system");
  expect(first?.role, `${where}: what comes first`).toBe("user");
}
