import { PROTOCOL } from "../protocol/index.ts";
import { Chain, entryOf, LINK } from "../stores/chain.ts";
import { BadJournal } from "../stores/errors.ts";
import { headerSize, readHeader, writeHeader } from "../stores/journal-header.ts";
import { toHex } from "../stores/sha256.ts";
import type { Session, SessionCheckpoint, SessionTurn } from "./types.ts";

// A session is a journal in a store, like a run's: the same header, with the input `session`, and entries with links in one hash chain. Nothing is
// ever taken out: a session that was brought back to a checkpoint has an entry that says so.
//
//    0  u32  size of the record, a multiple of 8      4  u16  version: 1      6  u16  flags: 0
//    8  u64  number of the entry, from 1             16  u64  milliseconds since 1970      24  u64  0
//   32  u32  size of the rest       36  u16  kind    38  u16  0
//   40  u32  bytes of JSON          44  u32  0       48       JSON, zeros
//   ...      the link, eight bytes
//
//   opened      {user}              turn        {key, turn: {agent, parts}}
//   checkpoint  {sha256}            restored    {sha256}      the hash of all before the checkpoint's own entry

const KINDS = ["opened", "turn", "checkpoint", "restored"] as const;
export type EntryKind = (typeof KINDS)[number];

const HEAD = 48;
const NONE = "00".repeat(32);
const MARK = "session";

export function sessionHeader(id: string, created: number): Uint8Array {
  return writeHeader({ run: id, created, protocol: PROTOCOL, engine: NONE, definition: NONE, inputs: { [MARK]: NONE } });
}

/** Whether a journal is a session's, by its header. */
export function isSession(header: Uint8Array): boolean {
  return readHeader(header).inputs[MARK] !== undefined;
}

/** A turn, and the same as the core wrote it. */
interface Kept {
  turn: SessionTurn;
  text: string;
}

interface Marked extends SessionCheckpoint {
  kept: readonly Kept[];
}

/** A session, read entry by entry; and the next entries for it. */
export class SessionLog {
  readonly header: Uint8Array;
  readonly id: string;
  readonly created: number;
  position = 0;
  #chain: Chain;
  #user = "";
  #updated: number;
  #kept: Kept[] = [];
  readonly #marks: Marked[] = [];
  readonly #keys = new Set<string>();

  constructor(header: Uint8Array) {
    const { run, created } = readHeader(header);
    this.header = header.slice(0, headerSize(header));
    this.id = run;
    this.created = this.#updated = created;
    this.#chain = Chain.from(this.header);
  }

  get user(): string {
    return this.#user;
  }

  get session(): Session {
    const checkpoints = this.#marks.map(({ sha256, time, turns }) => ({ sha256, time, turns }));
    const turns = this.#kept.map(({ turn }) => turn);
    const agents = [...new Set(turns.map(({ agent }) => agent))];
    return { id: this.id, user: this.#user, created: this.created, updated: this.#updated, agents, turns, checkpoints };
  }

  /** The latest turns, at most so many of each agent, oldest first, as the core wrote them. */
  latest(most: number): string[] {
    const counts = new Map<string, number>();
    const latest: string[] = [];
    for (let at = this.#kept.length - 1; at >= 0; at--) {
      const { turn, text } = this.#kept[at];
      const count = (counts.get(turn.agent) ?? 0) + 1;
      counts.set(turn.agent, count);
      if (count <= most) latest.push(text);
    }
    return latest.reverse();
  }

  get checkpointed(): number {
    return this.#marks.at(-1)?.time ?? 0;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** The entry that goes next; it counts when `take` has it. */
  next(kind: EntryKind, time: number, json: string): Uint8Array {
    const text = new TextEncoder().encode(json);
    const size = (HEAD + text.length + 7) & ~7;
    const record = new Uint8Array(size);
    const view = new DataView(record.buffer);
    view.setUint32(0, size, true);
    view.setUint16(4, 1, true);
    view.setUint32(8, this.position + 1, true);
    view.setBigUint64(16, BigInt(time), true);
    view.setUint32(32, size - 32, true);
    view.setUint16(36, KINDS.indexOf(kind), true);
    view.setUint32(40, text.length, true);
    record.set(text, HEAD);
    return entryOf(record, Chain.after(this.#chain.head));
  }

  get head(): string {
    return toHex(this.#chain.head);
  }

  /** The checkpoint of this hash, or of the beginning of one; without, the last. */
  find(sha256?: string): SessionCheckpoint | undefined {
    if (sha256 === undefined) return this.#marks.at(-1);
    const found = this.#marks.filter((mark) => mark.sha256.startsWith(sha256));
    return found.length === 1 ? found[0] : undefined;
  }

  /** Takes whole entries in. @throws BadJournal */
  take(entries: Uint8Array): void {
    const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
    for (let at = 0; at < entries.length; ) {
      const size = entries.length - at < HEAD + LINK ? 0 : view.getUint32(at, true);
      if (size < HEAD || size % 8 !== 0 || size + LINK > entries.length - at) throw this.#damaged("is cut off or damaged");
      const record = entries.subarray(at, at + size);
      if (view.getUint32(at + 8, true) !== this.position + 1) throw this.#damaged("lacks an entry");
      const before = this.head;
      if (!this.#chain.follow(record, entries.subarray(at + size, at + size + LINK))) throw this.#damaged("is not what was written");
      this.#apply(view, at, record, before);
      this.position++;
      at += size + LINK;
    }
  }

  #apply(view: DataView, at: number, record: Uint8Array, before: string): void {
    const kind = KINDS[view.getUint16(at + 36, true)];
    const time = Number(view.getBigUint64(at + 16, true));
    const text = new TextDecoder().decode(record.subarray(HEAD, HEAD + Math.min(view.getUint32(at + 40, true), record.length - HEAD)));
    let said: { user?: string; key?: string; turn?: SessionTurn; sha256?: string };
    try {
      said = JSON.parse(text);
    } catch {
      throw this.#damaged("is not well-formed");
    }
    this.#updated = time;
    if (kind === "opened") this.#user = said.user ?? "";
    else if (kind === "turn" && said.turn !== undefined && said.key !== undefined) {
      this.#keys.add(said.key);
      this.#kept.push({ turn: { agent: said.turn.agent, parts: said.turn.parts, time, key: said.key }, text: JSON.stringify(said.turn) });
    } else if (kind === "checkpoint") {
      if (said.sha256 !== before) throw this.#damaged("has a checkpoint that is not of what is before it");
      this.#marks.push({ sha256: before, time, turns: this.#kept.length, kept: this.#kept.slice() });
    } else if (kind === "restored") {
      const mark = this.#marks.find(({ sha256 }) => sha256 === said.sha256);
      if (mark === undefined) throw this.#damaged("goes back to a checkpoint that it does not have");
      this.#kept = mark.kept.slice();
    }
  }

  #damaged(what: string): BadJournal {
    return new BadJournal(this.header.length, `The session ${JSON.stringify(this.id)} ${what}, in entry ${this.position + 1}`);
  }
}
