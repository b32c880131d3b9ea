import { describe, expect, it } from "vitest";
import { Chain, entryOf } from "./chain.ts";
import { endOf, writeEnd } from "./end-entry.ts";
import { BadJournal } from "./errors.ts";
import { checkJournal, isJournalFile, JournalReader, measure } from "./journal-file.ts";
import { isTornHeader, readHeader, writeHeader } from "./journal-header.ts";
import { join } from "./memory.ts";
import { TAIL } from "./store.ts";

const hash = (digit: string) => digit.repeat(64);
const described = {
  run: "r-1 ü",
  created: 1_700_000_000_123,
  protocol: 3,
  engine: hash("a"),
  definition: hash("b"),
  inputs: { define: hash("c"), prices: hash("d") },
};
const header = writeHeader(described);
const ending = { stop: "budget", steps: 3, time: 5000 } as const;

/** A record with one event of so many bytes. */
function recordOf(step: number, event: number): Uint8Array {
  const record = new Uint8Array(32 + event).fill(0xa5, 32);
  const view = new DataView(record.buffer);
  view.setUint32(0, record.length, true);
  view.setUint16(4, 1, true);
  view.setUint32(8, step, true);
  view.setUint32(16, step * 1000, true);
  if (event > 0) record.set([event, 0, 0, 0, 7, 0, 64, 0], 32);
  return record;
}

function journalOf(sizes: readonly number[], ended = true): { bytes: Uint8Array; ends: number[]; head: Uint8Array } {
  const chain = Chain.from(header);
  const records = sizes.map((size, index) => recordOf(index + 1, size));
  if (ended) records.push(writeEnd(ending));
  const parts = [header];
  const ends = [header.length];
  for (const record of records) {
    const entry = entryOf(record, chain);
    parts.push(entry);
    ends.push(ends[ends.length - 1] + entry.length);
  }
  return { bytes: join(parts), ends, head: chain.head };
}

describe("a journal's header", () => {
  it("says what was put in", () => {
    expect(readHeader(header)).toEqual(described);
    expect(header.length % 8).toBe(0);
  });

  it("is refused if it is not one", () => {
    expect(() => readHeader(new Uint8Array(200))).toThrow(BadJournal);
    expect(isTornHeader(header.subarray(0, 60))).toBe(true);
    expect(isTornHeader(Uint8Array.of(1, 2, 3))).toBe(false);
    expect(() => writeHeader({ ...described, run: "" })).toThrow(RangeError);
    expect(() => writeHeader({ ...described, run: "x".repeat(65) })).toThrow(RangeError);
    expect(() => writeHeader({ ...described, engine: "no" })).toThrow(RangeError);
  });
});

describe("a journal", () => {
  it("is read as it was written", () => {
    const { bytes, head } = journalOf([48, 0, 200]);
    const checked = checkJournal(bytes);
    expect(isJournalFile(bytes)).toBe(true);
    expect(isJournalFile(recordOf(1, 8))).toBe(false);
    expect(checked.header).toEqual(described);
    expect(checked.records.map(({ length }) => length)).toEqual([80, 32, 232]);
    expect(checked.head).toEqual(head);
    expect(endOf(bytes.slice(-TAIL))).toEqual(ending);
    expect(endOf(journalOf([48, 0], false).bytes.slice(-TAIL))).toBeUndefined();
  });

  it("costs eight bytes a step above its records", () => {
    const { bytes } = journalOf(Array(1000).fill(120), false);
    expect((bytes.length - header.length) / 1000).toBe(152 + 8);
  });

  it("cut off at any byte opens to the last whole step, or is refused with the offset", () => {
    const { bytes, ends } = journalOf([48, 0, 24]);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      const whole = ends.filter((end) => end <= length).length - 1;
      if (whole >= 0 && ends.includes(length)) expect(checkJournal(cut).records.length, `${length}`).toBe(Math.min(whole, 3));
      else {
        const offset = whole < 0 ? (length < 12 ? 0 : 8) : ends[whole];
        expect(() => checkJournal(cut), `${length}`).toThrow(expect.objectContaining({ code: "bad-journal", offset }));
      }
      if (whole < 0) expect(isTornHeader(cut), `${length}`).toBe(true);
      else expect(measure(cut.subarray(header.length), header.length)).toEqual({ entries: whole, end: ends[whole] - header.length });
    }
  });

  it("with any bit flipped is refused, and never taken for cut off", () => {
    const { bytes, ends } = journalOf([48, 0, 24]);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const entry = ends.findLast((end) => end <= bit >> 3) ?? 0;
      let refused: unknown;
      try {
        checkJournal(damaged);
      } catch (error) {
        refused = error;
      }
      expect(refused, `bit ${bit}`).toBeInstanceOf(BadJournal);
      const { offset } = refused as BadJournal;
      if (entry >= header.length) expect(offset, `bit ${bit}`).toBe(entry);
      else expect(offset, `bit ${bit}`).toBeLessThan(bytes.length);
      expect(isTornHeader(damaged), `bit ${bit}`).toBe(false);
      // A store must not repair it: what it would cut off stands behind something that is refused.
      if (entry < header.length) continue;
      let end = bytes.length;
      try {
        end = header.length + measure(damaged.subarray(header.length), header.length).end;
      } catch (error) {
        expect(error).toBeInstanceOf(BadJournal);
      }
      if (end < bytes.length) expect(() => checkJournal(damaged.slice(0, end)), `bit ${bit}`).toThrow(expect.objectContaining({ offset: entry }));
    }
  });

  it("in which records are missing, repeated, out of order or behind the end is refused", () => {
    const { bytes, ends } = journalOf([8, 16, 24]);
    const part = (index: number) => bytes.slice(ends[index], ends[index + 1]);
    for (const order of [[1], [0, 2], [0, 0], [0, 1, 1], [1, 0], [0, 3, 1], [0, 1, 2, 3, 3], [0, 1, 2, 3, 2]]) {
      expect(() => checkJournal(join([header, ...order.map(part)])), order.join()).toThrow(BadJournal);
    }
    // A chain that somebody has made anew is as good as the first one: it is the engine who finds that out, by the steps' digests.
    const chain = Chain.from(header);
    expect(checkJournal(join([header, entryOf(recordOf(1, 16), chain), entryOf(recordOf(2, 16), chain)])).records).toHaveLength(2);
    const skipping = Chain.from(header);
    expect(() => checkJournal(join([header, entryOf(recordOf(1, 16), skipping), entryOf(recordOf(3, 16), skipping)]))).toThrow("lacks a step");
  });

  it("can be read in chunks, and goes on with its chain", () => {
    const { bytes, ends, head } = journalOf([8, 16, 24, 32], false);
    const reader = new JournalReader(header);
    for (let i = 0; i < 4; i++) expect([...reader.records(bytes.subarray(ends[i], ends[i + 1]))]).toHaveLength(1);
    expect(reader.head).toEqual(head);
    expect([reader.position, reader.offset]).toEqual([4, bytes.length]);
    const more = entryOf(recordOf(5, 8), reader.chain);
    expect(checkJournal(join([bytes, more])).records).toHaveLength(5);
  });
});
