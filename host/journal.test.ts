import { expect, test } from "vitest";
import { Journal, recordsOf } from "./journal.ts";

/** A record of so many words in a memory, at some place: its size, then the number. */
function record(memory: Uint32Array, at: number, words: number, number: number): [Uint32Array, number, number] {
  memory.fill(number, at, at + words);
  memory[at] = words * 4;
  return [memory, at, words];
}

const numbersOf = (journal: Journal) => Array.from(recordsOf(journal.bytes()), (bytes) => [bytes.length / 4, bytes[4], bytes[bytes.length - 4]]);

test("records stand as they came, whatever is written between them by other runs", () => {
  const memory = new Uint32Array(1 << 14);
  const journals = [new Journal(), new Journal(), new Journal()];
  const expected: number[][][] = [[], [], []];
  for (let i = 0; i < 3000; i++) {
    const which = ((i * 7) % 5) % 3;
    const words = 8 + ((i * 13) % 200) * 2;
    journals[which].append(...record(memory, (i * 11) % 1000, words, i % 256));
    expected[which].push([words, i % 256, i % 256]);
  }
  for (const [which, journal] of journals.entries()) {
    expect(numbersOf(journal)).toEqual(expected[which]);
    expect(journal.length).toBe(expected[which].reduce((sum, [words]) => sum + words * 4, 0));
  }
});

test("a record larger than what journals share stands between small ones", () => {
  const memory = new Uint32Array(1 << 16);
  const journal = new Journal();
  for (const [index, words] of [10, 2048, 2050, 8192, 60_000, 12].entries()) journal.append(...record(memory, 5, words, index));
  expect(numbersOf(journal)).toEqual([10, 2048, 2050, 8192, 60_000, 12].map((words, index) => [words, index, index]));
});

test("what bytes() gave is nobody else's", () => {
  const memory = new Uint32Array(64);
  const journal = new Journal();
  journal.append(...record(memory, 0, 10, 1));
  const bytes = journal.bytes();
  bytes.fill(0);
  memory.fill(0);
  expect(numbersOf(journal)).toEqual([[10, 1, 1]]);
});

test("a journal that is cut off says where", () => {
  const memory = new Uint32Array(64);
  const journal = new Journal();
  journal.append(...record(memory, 0, 10, 1));
  journal.append(...record(memory, 0, 10, 2));
  expect(() => [...recordsOf(journal.bytes().subarray(0, 60))]).toThrow("at byte 40");
});
