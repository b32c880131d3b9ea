import { TokenizerRefused } from "../errors.ts";

/** What tokens.wasm exports. */
interface Exports {
  memory: WebAssembly.Memory;
  room(bytes: number): number;
  capacity(): number;
  load_table(length: number): number;
  problem(): number;
  drop_table(table: number): void;
  count(table: number, length: number, sets: number): number;
  fits(table: number, length: number, most: number): number;
  encode(table: number, length: number, sets: number): number;
  decode(table: number, ids: number): number;
  output(): number;
  encoding_of(length: number): number;
  estimate(length: number): number;
  correct(estimated: number): number;
  learn(estimated: number, reported: number): void;
}

/** Bytes of a text. What counting needs beside it can be as much again. */
const MOST_BYTES = 1 << 28;
/** Characters of a text of which the size in bytes is not worth finding out before room is made for it. */
const SHORT = 1 << 16;

/** By number, as assembly/tokens/file.ts has them. */
const FAULTS = [
  "nothing is wrong",
  "it is not a table, or one of another version",
  "it is cut off, or goes on too long",
  "the way it cuts texts into pieces is not known",
  "it has two tokens for one byte",
  "a token is made of what is none, or of itself",
  "its tokens are too long",
  "two of its tokens are the same",
  "its ids do not fit its tokens",
  "its special tokens are not in order",
  "its classes of characters are not in order",
];

/** One instance of tokens.wasm: tables in, counts out. Everything in it is exact, and the same on every host. */
export class Counter {
  readonly #wasm: Exports;
  #bytes: Uint8Array<ArrayBuffer>;
  #room = 0;
  #capacity = 0;

  constructor(module: WebAssembly.Module) {
    this.#wasm = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    this.#bytes = new Uint8Array(this.#wasm.memory.buffer as ArrayBuffer);
  }

  /** Takes a table's file, uncompressed; gives its number. @throws TokenizerRefused */
  load(file: Uint8Array): number {
    const table = this.#wasm.load_table(this.#put(file));
    if (table === 0) throw new TokenizerRefused(`This is no table of tokens: ${FAULTS[this.#wasm.problem()]}.`);
    return table;
  }

  drop(table: number): void {
    this.#wasm.drop_table(table);
  }

  count(table: number, text: string, sets: number): number {
    return this.#wasm.count(table, this.#putText(text), sets) >>> 0;
  }

  fits(table: number, text: string, most: number): boolean {
    return this.#wasm.fits(table, this.#putText(text), Math.min(most, 0x7fff_ffff)) === 1;
  }

  encode(table: number, text: string, sets: number): Uint32Array<ArrayBuffer> {
    const count = this.#wasm.encode(table, this.#putText(text), sets);
    return new Uint32Array(this.#wasm.memory.buffer as ArrayBuffer, this.#wasm.output(), count).slice();
  }

  /** The bytes of so many tokens; undefined: one of the ids is nobody's. */
  decode(table: number, ids: ArrayLike<number>): Uint8Array<ArrayBuffer> | undefined {
    this.#make(ids.length * 4);
    new Uint32Array(this.#wasm.memory.buffer, this.#room, ids.length).set(ids);
    const length = this.#wasm.decode(table, ids.length);
    if (length === -1) return undefined;
    const at = this.#wasm.output();
    return new Uint8Array(this.#wasm.memory.buffer as ArrayBuffer).slice(at, at + length);
  }

  /** The number of the encoding that a model's name stands for; 0: none. */
  encodingOf(model: string): number {
    return this.#wasm.encoding_of(this.#putText(model));
  }

  /** How many tokens a text probably is, by no tokenizer in particular. */
  estimate(text: string): number {
    return this.#wasm.estimate(this.#putText(text)) >>> 0;
  }

  /** An estimate, corrected by what was learned. */
  correct(estimated: number, learned: Uint8Array): number {
    this.#put(learned);
    return this.#wasm.correct(estimated) >>> 0;
  }

  /** Adds to what was learned that so many tokens were reported for an estimate. */
  learn(estimated: number, reported: number, learned: Uint8Array): void {
    this.#put(learned);
    this.#wasm.learn(estimated, reported);
    learned.set(this.#bytes.subarray(this.#room, this.#room + learned.length));
  }

  /** Puts UTF-8 into the room; a half of a surrogate pair alone becomes U+FFFD. */
  #putText(text: string): number {
    if (text.length > SHORT) return this.#put(new TextEncoder().encode(text));
    this.#make(text.length * 3);
    return new TextEncoder().encodeInto(text, this.#bytes.subarray(this.#room, this.#room + this.#capacity)).written;
  }

  #put(bytes: Uint8Array): number {
    this.#make(bytes.length);
    this.#bytes.set(bytes, this.#room);
    return bytes.length;
  }

  #make(bytes: number): void {
    if (bytes > MOST_BYTES) throw new RangeError(`a text of ${bytes} bytes is too long to count: at most ${MOST_BYTES}`);
    if (bytes > this.#capacity) {
      this.#room = this.#wasm.room(bytes);
      this.#capacity = this.#wasm.capacity();
    }
    if (this.#bytes.buffer !== this.#wasm.memory.buffer) this.#bytes = new Uint8Array(this.#wasm.memory.buffer as ArrayBuffer);
  }
}
