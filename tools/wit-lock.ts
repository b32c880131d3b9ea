import type { Case, Protocol, RecordType, Type } from "./wit-types.ts";

/** What a release has published: names and types in order. `released` is false until the first release, and until then nothing binds. */
export interface Lock {
  version: string;
  released: boolean;
  /** Fields by case, as `name: type`. New cases and new fields go to the end. */
  events: Record<string, string[]>;
  commands: Record<string, string[]>;
  /** Fields of records that stand in other records: these never change. */
  records: Record<string, string[]>;
  /** New cases go to the end. */
  enums: Record<string, string[]>;
}

/** The lock of a protocol as it is now. */
export function makeLock(protocol: Protocol, released: boolean): Lock {
  const lock: Lock = { version: protocol.version, released, events: cases(protocol.events), commands: cases(protocol.commands), records: {}, enums: {} };
  for (const type of protocol.types) {
    if (type.form === "enum") lock.enums[type.name] = type.cases.map(({ name }) => name);
    else lock.records[type.name] = fields(type);
  }
  return lock;
}

/** What `now` breaks of what has been published; empty if nothing. */
export function brokenBy(now: Lock, published: Lock): string[] {
  if (!published.released) return [];
  const problems = [
    ...order("event", published.events, now.events),
    ...order("command", published.commands, now.commands),
    ...contents("event", published.events, now.events, true),
    ...contents("command", published.commands, now.commands, true),
    ...contents("record", published.records, now.records, false),
    ...contents("enum", published.enums, now.enums, true),
  ];
  const added = JSON.stringify({ ...now, version: "", released: true }) !== JSON.stringify({ ...published, version: "" });
  if (!problems.length && added && now.version === published.version)
    problems.push(`something was added: raise the version of the package above ${now.version}`);
  return problems;
}

/** The number of a case is its place. */
function order(what: string, published: Record<string, string[]>, now: Record<string, string[]>): string[] {
  const names = Object.keys(now);
  return Object.keys(published)
    .map((name, i) => (names[i] === name ? "" : `${what} ${name} must stay number ${i}`))
    .filter(Boolean);
}

function contents(what: string, published: Record<string, string[]>, now: Record<string, string[]>, mayGrow: boolean): string[] {
  const problems: string[] = [];
  for (const [name, before] of Object.entries(published)) {
    const after = now[name] ?? [];
    const moved = before.find((member, i) => after[i] !== member);
    if (moved !== undefined) problems.push(`${what} ${name}: ${moved} must stay number ${before.indexOf(moved)}`);
    else if (!mayGrow && after.length > before.length)
      problems.push(`${what} ${name}: ${after[before.length]} cannot be added to a published record inside others`);
  }
  return problems;
}

function cases(all: Case[]): Record<string, string[]> {
  return Object.fromEntries(all.map(({ name, record }) => [name, fields(record)]));
}

function fields(record: RecordType): string[] {
  return record.fields.map(({ name, type }) => `${name}: ${spell(type)}`);
}

/** A type as WIT spells it, aliases followed. */
export function spell(type: Type): string {
  if (type.form === "list") return `list<${spell(type.element)}>`;
  if (type.form === "option") return `option<${spell(type.some)}>`;
  return type.form === "record" || type.form === "enum" ? type.name : type.form;
}
