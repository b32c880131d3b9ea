import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Outcome, type Term, input, live, options, terms, toYaml } from "./random-flows.ts";
import { briefly, World } from "./world.ts";

// The laws of flows. `AIXLET_FUZZ` says how many cases each is tried on; a case that fails is told with its seed.

const RUNS = Number(process.env.AIXLET_FUZZ ?? 30);

/** Two terms are equal if the same calls in the same order lead to the same output or failure. */
function equal(a: Outcome, b: Outcome, output: (of: Outcome) => string = ({ output }) => output): void {
  expect(a.calls).toEqual(b.calls);
  expect(a.succeeded).toBe(b.succeeded);
  if (a.succeeded) expect(a.output).toEqual(output(b));
  else expect(a.message).toEqual(b.message);
}

async function run(term: Term, text: string): Promise<Outcome> {
  return live(await World.of(toYaml(term), options), text);
}

/** Where a term stands: alone, or between agents that hear what is said in it, or do not. */
const around = fc.constantFrom<(term: Term) => Term>(
  (term) => term,
  (term) => ({ sequence: [{ agent: "r0" }, term, { agent: "r1" }, { agent: "r0" }] }),
  (term) => ({ share: "group", sequence: [{ agent: "a0" }, term, { agent: "r1" }, { agent: "r0", on_error: "skip" }, { agent: "r1" }] }),
);

/** For all terms, inputs and places, what becomes of the term is equal to the term. */
function law(name: string, become: (term: Term) => Term): void {
  it(name, async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true }), input, around, async (term, text, place) =>
        equal(await run(place(become(term)), text), await run(place(term), text)),
      ),
      { numRuns: RUNS },
    );
  });
}

const choices = fc.infiniteStream(fc.nat(1_000_000)).map((stream) => {
  const numbers = stream[Symbol.iterator]();
  return (below: number) => (numbers.next().value as number) % below;
});

describe("equal terms", () => {
  law("a sequence of one is that one", (term) => ({ sequence: [term] }));
  law("a parallel of one, of which the first counts, is that one", (term) => ({ parallel: { branches: [term], join: "first" } }));
  law("a loop of one iteration is that iteration", (term) => ({ loop: { do: term, max: 1, until: "score > 0.5" } }));
  law("whatever it keeps", (term) => ({ loop: { do: term, max: 1, until: "text == 'no'", keep: "best", each: "$input" } }));
  law("a choice of which one case always holds is that case", (term) => ({ choose: { cases: [{ when: "1 == 1", do: term }], else: { agent: "a0" } } }));

  it("another definition's flow is that flow", async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true }), input, async (term, text) => {
        // Its agents are others, of the same names.
        const anybody = (of: Outcome) => ({ ...of, calls: of.calls.map((call) => call.replace(/^[0-9]+ /, "")) });
        equal(anybody(await run({ use: JSON.parse(toYaml(term)) }, text)), anybody(await run(term, text)));
      }),
      { numRuns: RUNS },
    );
  });

  it("a map over one item is a list of what is done with it", async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true }), fc.constantFrom("hello", "no", "@m1 please"), async (term, text) => {
        const mapped = await run({ map: { do: term } }, JSON.stringify([text]));
        equal(mapped, await run(term, text), ({ output }) => `[${isStructure(output) ? output : JSON.stringify(output)}]`);
      }),
      { numRuns: RUNS },
    );
  });

  it("sequences are associative", async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(terms(), terms(), terms()), input, async ([a, b, c], text) => {
        const flat = await run({ sequence: [a, b, c] }, text);
        equal(await run({ sequence: [a, { sequence: [b, c] }] }, text), flat);
        equal(await run({ sequence: [{ sequence: [a, b] }, c] }, text), flat);
      }),
      { numRuns: RUNS },
    );
  });
});

function isStructure(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("runs of flows", () => {
  it("come to the same in whatever order answers arrive", async () => {
    await fc.assert(
      fc.asyncProperty(terms(), input, choices, async (term, text, choose) => {
        const inOrder = await run(term, text);
        const mixed = live(await World.of(toYaml(term), options), text, { choose });
        expect(mixed.succeeded).toBe(inOrder.succeeded);
        expect([mixed.output, mixed.message, mixed.stop]).toEqual([inOrder.output, inOrder.message, inOrder.stop]);
        expect([...mixed.calls].sort()).toEqual([...inOrder.calls].sort());
      }),
      { numRuns: RUNS },
    );
  });

  it("leave nothing open when they are cancelled at any step, and begin nothing more", async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true, deadlines: true }), input, fc.nat(12), choices, async (term, text, cancelAt, choose) => {
        const { world, run } = live(await World.of(toYaml(term), options), text, { cancelAt, choose });
        checkEffects(world);
        world.replay(world.journal(run));
        const finished = world.finished(run);
        if (finished.message === "enough") expect(finished.stop).toBe("cancelled");
      }),
      { numRuns: RUNS },
    );
  });

  it("say the same, however much a step does, and when their journals are replayed", async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true, deadlines: false }), input, choices, fc.integer({ min: 1, max: 4 }), async (term, text, choose, work) => {
        const steps: { time: number; events: Parameters<World["at"]>[1] }[] = [];
        const { world, run } = live(await World.of(toYaml(term), options), text, { choose, onStep: (time, events) => steps.push({ time, events }) });
        const again = await World.of(toYaml(term, { limits: { work } }), options);
        for (const { time, events } of steps) again.at(time, events);
        expect(briefly(again.commands)).toEqual(briefly(world.commands));
        expect(again.replay(again.journal(run)).finished).toBe(true);
        expect((await World.of(toYaml(term), options)).replay(world.journal(run)).finished).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it("go on from any step as if they had never been saved", async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true, deadlines: true }), input, choices, fc.integer({ min: 1, max: 3 }), async (term, text, choose, every) => {
        const picks: number[] = [];
        const pick = (below: number) => picks[picks.push(choose(below)) - 1];
        // Whoever comes back knows nothing of calls that were cancelled: their answers may not take the place of others.
        const whole = live(await World.of(toYaml(term), options), text, { choose: pick, silent: true });
        let next = 0;
        let turn = 0;
        const again = live(await World.of(toYaml(term), options), text, {
          choose: (below) => Math.min(picks[next++], below - 1),
          silent: true,
          move: () => turn++ % every === 0,
        });
        equal(again, whole);
        expect(again.stop).toBe(whole.stop);
      }),
      { numRuns: RUNS },
    );
  });

  it("make no more calls of models with a smaller budget of them, and none beyond it", async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true }), input, fc.integer({ min: 1, max: 8 }), async (term, text, calls) => {
        const count = async (calls: number) => {
          const { world, run } = live(await World.of(toYaml(term), options), text, { budget: { calls } });
          return world.all("call-model", run).length;
        };
        const less = await count(calls);
        const more = await count(calls + 1);
        expect(less).toBeLessThanOrEqual(calls);
        expect(less).toBeLessThanOrEqual(more);
      }),
      { numRuns: RUNS },
    );
  });

  it("make no more calls in less time, if nothing is tried again", async () => {
    await fc.assert(
      fc.asyncProperty(terms({ racing: true, retries: false }), input, fc.integer({ min: 1, max: 15 }), async (term, text, time) => {
        const whole = live(await World.of(toYaml(term), options), text, { budget: { time: time + 1 } });
        const less = live(await World.of(toYaml(term), options), text, { budget: { time } });
        expect(less.calls).toEqual(whole.calls.slice(0, less.calls.length));
      }),
      { numRuns: RUNS },
    );
  });
});

/** What is cancelled was open; after the end of a run nothing is. */
function checkEffects(world: World): void {
  const open = new Set<number>();
  let over = false;
  for (const command of world.commands) {
    if (command.type === "call-agent" || command.type === "call-model" || command.type === "call-tool") {
      if (over) throw new Error("a call after the end");
      open.add(command.effect);
    } else if (command.type === "cancel-effect" && !open.has(command.effect)) throw new Error(`effect ${command.effect} is cancelled, and was not open`);
    else if (command.type === "finished") over = true;
  }
  const cancels = world.all("cancel-effect").map(({ effect }) => effect);
  expect(new Set(cancels).size).toBe(cancels.length);
}
