// Joins the data segments of a wasm module that lie close together.
//
// AssemblyScript gives every string literal a segment of its own, some hundreds of them, each with a header; the zeros between them cost a
// compressed file next to nothing. Only what is needed of the binary format is read: https://webassembly.github.io/spec/core/binary/modules.html

const HEADER = 8;
const DATA = 11;
/** How many segments follow: said before the code, for modules that copy segments by themselves. */
const DATA_COUNT = 12;
const I32_CONST = 0x41;
const END = 0x0b;
/** Zeros that are worth less than a header. */
const GAP = 64;

interface Segment {
  offset: number;
  bytes: Uint8Array;
}

/** @throws if the module has segments of another kind than active ones at constant places */
export function mergeData(module: Uint8Array): Uint8Array {
  const reader = new Reader(module, HEADER);
  const out: Uint8Array[] = [module.subarray(0, HEADER)];
  while (!reader.done) {
    const id = reader.byte();
    const body = reader.bytes(reader.unsigned());
    if (id === DATA_COUNT) continue;
    const merged = id === DATA ? writeSegments(merge(readSegments(body))) : body;
    out.push(Uint8Array.from([id, ...unsigned(merged.length)]), merged);
  }
  return concat(out);
}

function readSegments(body: Uint8Array): Segment[] {
  const reader = new Reader(body, 0);
  return Array.from({ length: reader.unsigned() }, () => {
    if (reader.byte() !== 0 || reader.byte() !== I32_CONST) throw new Error("a data segment is not at a constant place");
    const offset = reader.signed();
    if (reader.byte() !== END) throw new Error("a data segment is not at a constant place");
    return { offset, bytes: reader.bytes(reader.unsigned()) };
  });
}

function merge(segments: Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const next of segments.sort((a, b) => a.offset - b.offset)) {
    const last = merged.at(-1);
    const gap = last === undefined ? Number.POSITIVE_INFINITY : next.offset - last.offset - last.bytes.length;
    if (gap < 0) throw new Error("data segments lie upon each other");
    if (last !== undefined && gap <= GAP) last.bytes = concat([last.bytes, new Uint8Array(gap), next.bytes]);
    else merged.push({ ...next });
  }
  return merged;
}

function writeSegments(segments: Segment[]): Uint8Array {
  const parts = segments.flatMap(({ offset, bytes }) => [Uint8Array.from([0, I32_CONST, ...signed(offset), END, ...unsigned(bytes.length)]), bytes]);
  return concat([Uint8Array.from(unsigned(segments.length)), ...parts]);
}

/** LEB128, as wasm writes its numbers. */
class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++];
  }

  bytes(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  unsigned(): number {
    return this.signed() >>> 0;
  }

  signed(): number {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return value;
  }
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Of a place in memory, which is below 2^31; one bit more than unsigned, for the sign. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
