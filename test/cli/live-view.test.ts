import { describe, expect, it } from "vitest";
import { plain } from "../../host/cli/paint.ts";
import { Answers } from "../../host/cli/run/answers.ts";
import { LiveView } from "../../host/cli/run/live-view.ts";
import { Progress } from "../../host/cli/run/progress.ts";
import type { Manifest } from "../../host/manifest.ts";
import type { RunEvent, RunResult } from "../../host/run-events.ts";
import { FakeOut } from "./fake-io.ts";
import { Screen } from "./screen.ts";

const manifest: Manifest = {
  agents: [
    { name: "asker", role: "react" },
    { name: "clerk", role: "react" },
    { name: "log", role: "logger" },
  ],
  edges: [
    { from: "asker", to: "clerk" },
    { from: "asker", to: "log" },
  ],
  inputs: ["asker"],
  outputs: [],
  bound: { calls: 10 },
  definition: {},
};
const counters: RunResult["counters"] = {
  steps: 0,
  activations: 0,
  hops: 0,
  modelCalls: 2,
  toolCalls: 1,
  agentCalls: 0,
  retries: 0,
  timeouts: 0,
  refused: 0,
  dropped: 0,
  late: 0,
  inputTokens: 30,
  outputTokens: 4,
};

/** A live view whose clock stands still until it is told otherwise. */
function stage(columns = 80, options: { whole?: boolean; stdout?: FakeOut; rows?: number } = {}) {
  const stderr = new FakeOut(columns, options.rows);
  const stdout = options.stdout ?? stderr;
  let now = 0;
  let tick: (() => void) | undefined;
  const progress = new Progress(0);
  const every = (_milliseconds: number, callback: () => void) => {
    tick = callback;
    return () => {
      tick = undefined;
    };
  };
  const view = new LiveView(stdout, stderr, progress, new Answers(manifest), {
    paint: plain,
    unicode: true,
    whole: options.whole === true,
    now: () => now,
    every,
  });
  view.begin({ name: "team.yaml", id: "r", manifest, warnings: [], standIn: "scripted by s.yaml", label: "scripted", endless: false });
  const at = (time: number, ...events: RunEvent[]) => {
    now = time;
    for (const event of events) {
      progress.apply(event);
      view.event(event);
    }
    tick?.();
  };
  return { view, stderr, at, screen: () => new Screen(stderr.columns ?? 80).write(stderr.text), ticking: () => tick !== undefined };
}

const thinking = (agent: string, time: number, effect = 1): RunEvent[] => [
  { type: "agent-start", time, agent },
  { type: "model-call", time, agent, effect, attempt: 1, model: "gpt-4", label: "scripted" },
];
const question: RunEvent = { type: "message", time: 0, from: "", to: "asker", text: "Where\nis it?" };
const finished: RunEvent & RunResult = {
  type: "finished",
  time: 2000,
  stop: "done",
  path: "",
  message: "",
  text: "there",
  outputs: [],
  counters,
  usage: [],
  cost: 0,
  label: "scripted",
};

describe("the live view", () => {
  it("shows who is at work, in place, under what has happened", () => {
    const { at, screen } = stage();
    at(0, question, ...thinking("asker", 0));
    at(1200);
    expect(screen().text).toBe(`aixlet team.yaml · 3 agents
scripted by s.yaml: no real model is asked

   0.0s  input → ◆ asker  Where is it?
⠴ ◆ asker thinking 1.2s gpt-4
  1.2s · 1 model call · 1 message · scripted · Ctrl-C stops`);
    at(1300, { type: "model-end", time: 1300, agent: "asker", effect: 0, usage: { input: 30, output: 4, cachedRead: 0, cachedWrite: 0, reasoning: 0 } });
    at(1300, { type: "tool-call", time: 1300, agent: "asker", effect: 2, attempt: 1, tool: "look", arguments: '{"for":"it","deep":true}' });
    at(1800);
    expect(screen().lines.slice(-2)).toEqual([
      "⠹ ◆ asker look(for: it, deep: true) 0.5s",
      "  1.8s · 34 tokens · 1 model call · 1 tool call · scripted · Ctrl-C stops",
    ]);
    at(1900, { type: "tool-end", time: 1900, agent: "asker", effect: 2, tool: "look", text: "over there", isError: false });
    expect(screen().text).toContain("   1.9s  ◆ asker calls look(for: it, deep: true)  ⇒ over there\n");
  });

  it("leaves a transcript and the answer, and nothing else", () => {
    const { at, view, screen, ticking } = stage();
    at(0, question, ...thinking("asker", 0));
    at(
      900,
      { type: "agent-end", time: 900, agent: "asker" },
      { type: "message", time: 900, from: "asker", to: "clerk", text: "it" },
      { type: "message", time: 900, from: "asker", to: "log", text: "it" },
    );
    at(901, { type: "log", time: 901, agent: "log", level: "info", sender: "asker", text: "it" }, ...thinking("clerk", 901, 3));
    at(2000, { type: "output", time: 2000, agent: "clerk", port: "", text: "It is\nthere." }, finished);
    view.end(finished);
    expect(screen().text).toBe(`aixlet team.yaml · 3 agents
scripted by s.yaml: no real model is asked

   0.0s  input → ◆ asker  Where is it?
   0.9s  ◆ asker → ◆ clerk  it
   0.9s  ▤ log  it

◆ clerk (scripted)
It is
there.

✓ done · 2.0s · scripted
  3 messages · 2 model calls · 1 tool call · 34 tokens (30 in, 4 out)`);
    expect(ticking()).toBe(false);
  });

  it("gives a pipe the answer alone", () => {
    const stdout = new FakeOut();
    const { at, view, screen } = stage(80, { stdout });
    at(0, question, { type: "output", time: 500, agent: "clerk", port: "", text: "It is\nthere." });
    view.end(finished);
    expect(stdout.text).toBe("It is\nthere.\n");
    expect(screen().text).toContain("   0.5s  ◆ clerk → stdout  It is there.\n");
  });

  it("stays in its columns, and puts texts below names where both do not fit", () => {
    const { at, view, screen } = stage(40);
    at(0, { ...question, text: "a question that is longer than a line of this terminal" }, ...thinking("asker", 0));
    for (const line of screen().lines) expect(line.length).toBeLessThanOrEqual(42);
    expect(screen().text).toContain("   0.0s  input → ◆ asker\n    a question that is longer than a…\n");
    view.close();
  });

  it("shows whole texts when asked", () => {
    const { at, screen } = stage(60, { whole: true });
    at(0, { ...question, text: `first line\n${"word ".repeat(20)}` });
    expect(screen().lines.slice(3, 8)).toEqual([
      "   0.0s  input → ◆ asker",
      "         first line",
      ...[9, 9, 2].map((count) => `         ${"word ".repeat(count).trim()}`),
    ]);
  });

  it("is not confused by a terminal that is made narrower", () => {
    const { at, stderr, view } = stage(80);
    at(0, question, ...thinking("asker", 0));
    at(400);
    const screen = new Screen(80).write(stderr.text);
    const written = stderr.text.length;
    // The terminal breaks what stands there into more rows, and then tells.
    screen.resize(30);
    stderr.resize(30);
    at(800);
    view.end(finished);
    screen.write(stderr.text.slice(written));
    expect(screen.lines.filter((line) => line.includes("thinking"))).toEqual([]);
    expect(screen.lines.filter((line) => line.includes("Ctrl-C"))).toEqual([]);
    expect(screen.text).toContain("✓ done");
  });

  it("shows no more rows than there is room for", () => {
    const { at, screen } = stage(80, { rows: 8 });
    at(0, ...Array.from({ length: 30 }, (_, i) => thinking(`agent-${i}`, 0, i)).flat());
    expect(screen().lines.filter((line) => line.includes("thinking"))).toHaveLength(4);
    expect(screen().text).toContain("... and 26 more");
  });

  it("lets nobody's text move the cursor", () => {
    const { at, stderr } = stage();
    const before = stderr.text.length;
    at(
      0,
      { ...question, text: "\u001b[2J\u001b]0;title\u0007harm\u0008less\u009b1A" },
      { type: "output", time: 1, agent: "clerk", port: "", text: "\u001b[31mred\u0007" },
    );
    const written = stderr.text.slice(before);
    expect(written).not.toContain("\u001b[2J");
    expect(written).not.toContain("\u0007");
    expect(written).toContain("harmless");
    expect(written).toContain("\nred\n");
  });

  it("says what was outstanding when it is stopped, and what failed", () => {
    const { at, view, screen } = stage();
    at(0, question, ...thinking("asker", 0));
    view.stopping(["asker was thinking (gpt-4, 0.5s)"]);
    at(500);
    expect(screen().lines.at(-1)).toContain("· stopping");
    view.end({ ...finished, stop: "failed", path: "asker", message: "no such\u001b[1m model" });
    expect(screen().text).toContain("Stopping; Ctrl-C again ends at once. What was outstanding:\n  asker was thinking (gpt-4, 0.5s)\n");
    expect(screen().text).toContain("✗ failed at asker: no such model");
  });

  it("draws only what has changed", () => {
    const { stderr, at } = stage();
    at(0, question);
    const before = stderr.text.length;
    at(1);
    at(2);
    expect(stderr.text.length).toBe(before);
  });
});
