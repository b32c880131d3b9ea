// A counter for the tests beside these files, and small tables for it.

import { packTable, type TableSource } from "../../host/tokens/pack.ts";
import { O200K } from "../../host/tokens/rules.ts";
import { type Compiled, compile } from "../text/testing.ts";

/** tokens.wasm with one table in it. */
export class Tokens {
  readonly wasm: Compiled;
  table = 0;

  constructor(wasm: Compiled) {
    this.wasm = wasm;
  }

  static async compile(): Promise<Tokens> {
    return new Tokens(await compile("assembly/tokens/testing.entry.ts"));
  }

  /** Takes a table in place of the last one; the number of what is wrong with it, or 0. */
  load(file: Uint8Array): number {
    if (this.table) this.wasm.drop_table(this.table);
    this.table = this.wasm.load_table(this.put(file));
    return this.table ? 0 : this.wasm.problem();
  }

  put(bytes: Uint8Array): number {
    new Uint8Array(this.wasm.memory.buffer).set(bytes, this.wasm.room(bytes.length));
    return bytes.length;
  }

  count(text: Uint8Array, sets = 0): number {
    return this.wasm.count(this.table, this.put(text), sets);
  }

  fits(text: Uint8Array, most: number): boolean {
    return this.wasm.fits(this.table, this.put(text), most) === 1;
  }

  encode(text: Uint8Array, sets = 0): number[] {
    const count = this.wasm.encode(this.table, this.put(text), sets);
    return [...new Uint32Array(this.wasm.memory.buffer, this.wasm.output(), count)];
  }

  decode(ids: readonly number[]): Uint8Array | undefined {
    this.put(new Uint8Array(Uint32Array.from(ids).buffer));
    const length = this.wasm.decode(this.table, ids.length);
    return length === -1 ? undefined : new Uint8Array(this.wasm.memory.buffer, this.wasm.output(), length).slice();
  }

  /** A text's pieces. */
  pieces(text: string): string[] {
    const bytes = utf8(text);
    const length = this.put(bytes);
    const pieces: string[] = [];
    for (let at = 0; at < length; ) {
      const end = this.wasm.piece_end(this.table, at, length);
      if (end <= at || end > length) throw new Error(`a piece from ${at} to ${end} of ${length}`);
      pieces.push(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(at, end)));
      at = end;
    }
    return pieces;
  }
}

export const utf8 = (text: string) => new TextEncoder().encode(text);

export const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** A table's file with these merges, each of two tokens spelled out, and bytes that are their own ids. */
export function tableOf(merges: readonly (readonly [string, string])[], more: Partial<TableSource> = {}): Uint8Array<ArrayBuffer> {
  const numbers = new Map<string, number>(Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), byte]));
  for (const [rank, [left, right]] of merges.entries()) numbers.set(left + right, 256 + rank);
  const number = (token: string) => numbers.get(token) ?? 0xff_ffff;
  return packTable({ rules: O200K, bytes: ALL_BYTES, merges: merges.map(([left, right]) => [number(left), number(right)] as const), ...more });
}
