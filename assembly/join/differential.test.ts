import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "../text/testing.ts";
import { type Ballot, fuse, vote } from "./reference.ts";

let core: Compiled;
let at: number;
const VOTES = 100_000;
const FUSIONS = 50_000;
const BATCH = 1_000;

beforeAll(async () => {
  core = await compile("assembly/join/testing.entry.ts");
  at = core.room(1 << 20);
});

/** Numbers below `n`, the same in every run. */
let state = 0x2545f491;
function below(n: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % n;
}

const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

function inCore(cases: object[]): { out: string; meta?: { agreement: number }; error?: string }[] {
  const length = core.joinAll(at, put(core, at, JSON.stringify(cases)));
  return JSON.parse(getText(core, core.answersAt(), length));
}

const answers = ["yes", "Yes", " YES\n", "no", "No way", "no  way", "maybe", "Ärger", "ÄRGER", "{", ""];

function ballot(): Ballot {
  const one: Ballot = { answer: pick(answers), confidence: below(3) ? below(1001) : pick([0, 500, 1000]) };
  if (below(2)) one.weight = below(3) ? below(5000) : pick([0, 1000]);
  return one;
}

test(`votes are those of the reference over ${VOTES} random cases`, () => {
  const strategies = ["majority", "unanimous", "weighted", "confidence"] as const;
  for (let done = 0; done < VOTES; done += BATCH) {
    const wanted: string[] = [];
    const cases = Array.from({ length: BATCH }, () => {
      const ballots = Array.from({ length: 1 + below(7) }, ballot);
      const strategy = below(4);
      const { place, agreement } = vote(strategies[strategy] as (typeof strategies)[number], ballots);
      wanted.push(agreement === undefined ? `not unanimous: s${place} disagrees with s0` : `${ballots[place]?.answer} ${agreement}`);
      const field = pick(["answer", "category", "content", "recommendation"]);
      return {
        strategy: 5 + strategy,
        weights: Object.fromEntries(ballots.flatMap(({ weight }, i) => (weight === undefined ? [] : [[`s${i}`, weight / 1000]]))),
        value: Object.fromEntries(
          ballots.map(({ answer, confidence }, i) => {
            const said = { [field]: answer, confidence: confidence / 1000 };
            if (confidence === 500 && below(2)) return [`s${i}`, answer];
            return [`s${i}`, below(2) ? said : JSON.stringify(said)];
          }),
        ),
      };
    });
    expect(inCore(cases).map(({ out, meta, error }) => error ?? `${out} ${meta?.agreement}`)).toEqual(wanted);
  }
});

test(`fusions are those of the reference over ${FUSIONS} random cases`, () => {
  for (let done = 0; done < FUSIONS; done += BATCH) {
    const wanted: { id: string; score: number }[][] = [];
    const cases = Array.from({ length: BATCH }, () => {
      const k = 1 + below(70);
      const weighted = below(2) === 0;
      const lists = Array.from({ length: 1 + below(4) }, () => ({
        weight: weighted ? 1 + below(1500) : 1000,
        ids: Array.from({ length: below(7) }, () => pick(["a", "b", "c", "d", "e", "f", "g"])),
      }));
      wanted.push(fuse(lists, k));
      const document = (id: string) => (below(2) ? { id, text: `text of ${id}` } : id);
      return {
        strategy: 13,
        k,
        weights: weighted ? Object.fromEntries(lists.map(({ weight }, i) => [`l${i}`, weight / 1000])) : {},
        value: Object.fromEntries(
          lists.map(({ ids }, i) => {
            const list = ids.map(document);
            return [`l${i}`, below(2) ? list : JSON.stringify(list)];
          }),
        ),
      };
    });
    inCore(cases).forEach(({ out }, i) => {
      const fused = JSON.parse(out) as { id?: string; text: string; score: number }[];
      expect(fused.map(({ id, text, score }) => ({ id: id ?? text, score }))).toEqual(wanted[i]);
    });
  }
});
