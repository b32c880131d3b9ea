import type { Event } from "../../host/protocol/index.ts";
import { readProtocol } from "../../tools/generate.ts";
import { camel } from "../../tools/names.ts";
import type { RecordType, Type } from "../../tools/wit-types.ts";
import { ODD_TEXTS } from "../doors/scripts.ts";
import type { Random } from "./random.ts";

// Events whose frames are well-formed, and whose content is not what anybody would send.

const protocol = readProtocol();
const records = new Map(protocol.events.map(({ name, record }) => [name, record]));
const NUMBERS = [
  0,
  1,
  2,
  3,
  4,
  7,
  20,
  99,
  255,
  256,
  65_535,
  65_536,
  0x3f_ffff,
  0x40_0000,
  0x40_0001,
  0x7fff_ffff,
  0x8000_0000,
  0xffff_fffe,
  0xffff_ffff,
  1e12,
  2 ** 53 - 1,
];
const WIDTH: Record<string, number> = { u8: 8, u16: 16, u32: 32, u64: 53 };
const WORDS = [
  "agents",
  "name",
  "role",
  "react",
  "logger",
  "inputs",
  "outputs",
  "first",
  "second",
  "out",
  "model",
  "m",
  "tools",
  "<<",
  "*",
  "&a",
  "~",
  "null",
  "true",
  "1e3",
  "0x1f",
  "-0",
  ".inf",
  "10h",
  "1.5s",
  "${A}",
  "${A:-b}",
  "!!int",
  "!!binary",
  "!x",
  "{",
  "[1,",
  '{"a":1}',
  "definition",
  "config",
];

/** A copy of an event, a few things in it replaced. */
export function oddEvent(event: Event, random: Random): Event {
  const odd = { ...event, ...(change(records.get(event.type)!, event, random, 1 + random.below(6)) as object) };
  return odd as Event;
}

/** An event out of nothing. */
export function anyEvent(random: Random): Event {
  const { name, record } = random.pick(protocol.events);
  return { type: name, ...(make(record, random, 3) as object) } as Event;
}

function change(type: RecordType, value: unknown, random: Random, times: number): unknown {
  const copy = { ...(value as Record<string, unknown>) };
  for (; times > 0; times--) {
    const field = random.pick(type.fields);
    const name = camel(field.name);
    copy[name] = changeValue(field.type, copy[name], random);
  }
  return copy;
}

function changeValue(type: Type, value: unknown, random: Random): unknown {
  if (type.form === "option") return value === undefined || random.once(4) ? make(type, random, 3) : changeValue(type.some, value, random);
  if (type.form === "record") return change(type, value, random, 1 + random.below(2));
  if (type.form === "list" && type.element.form === "u8") return changeBytes(value as Uint8Array, random);
  if (type.form === "list") return changeList(type.element, value as unknown[], random);
  if (type.form === "string" && typeof value === "string" && value !== "" && random.once(2)) return changeText(value, random);
  if (typeof value === "number" && random.once(2)) return Math.min(2 ** WIDTH[type.form] - 1, Math.max(0, value + random.below(5) - 2));
  return make(type, random, 3);
}

function changeList(element: Type, list: unknown[], random: Random): unknown[] {
  const copy = [...list];
  const at = random.below(copy.length);
  switch (random.below(6)) {
    case 0:
      copy.splice(at, 1 + random.below(3));
      break;
    case 1:
      copy.splice(at, 0, make(element, random, 2));
      break;
    case 2:
      copy.splice(random.below(copy.length), 0, ...copy.slice(at, at + random.below(8)));
      break;
    case 3:
      copy.reverse();
      break;
    default:
      for (let times = 1 + random.below(3); times > 0 && copy.length > 0; times--) {
        const place = random.below(copy.length);
        copy[place] = changeValue(element, copy[place], random);
      }
  }
  return copy.slice(0, 4000);
}

function changeBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  if (copy.length === 0 || random.once(8)) return random.bytes(random.below(200));
  if (random.once(8)) return copy.slice(0, random.below(copy.length));
  const view = new DataView(copy.buffer);
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(copy.length);
    if (random.once(2)) copy[at] ^= 1 << random.below(8);
    else if (copy.length >= 4) view.setUint32(Math.min(at & ~3, copy.length - 4), random.pick(NUMBERS), true);
  }
  return copy;
}

function changeText(text: string, random: Random): string {
  const characters = [...text];
  const at = random.below(characters.length);
  characters.splice(at, random.below(4), ...(random.once(3) ? "" : makeText(random)));
  return characters.join("");
}

function make(type: Type, random: Random, depth: number): unknown {
  switch (type.form) {
    case "bool":
      return random.once(2);
    case "string":
      return makeText(random);
    case "enum":
      return random.pick(type.cases).name;
    case "option":
      return random.once(2) ? undefined : make(type.some, random, depth);
    case "list":
      if (type.element.form === "u8") return random.bytes(random.below(100));
      return Array.from({ length: depth === 0 ? 0 : random.below(6) }, () => make(type.element, random, depth - 1));
    case "record":
      return Object.fromEntries(type.fields.map((field) => [camel(field.name), make(field.type, random, depth)]));
    default:
      return Math.min(2 ** WIDTH[type.form] - 1, random.pick(NUMBERS));
  }
}

function makeText(random: Random): string {
  if (random.once(6)) return random.pick(ODD_TEXTS);
  if (random.once(6)) return random.pick(WORDS) + random.pick(WORDS);
  return random.once(5) ? String.fromCodePoint(random.below(0xd800)) : random.pick(WORDS);
}
