import { Builder, newBuilder } from "../text/builder";
import { choiceCount, writeChoices } from "./choices";

// JSON Schemas of what models are asked for: objects in which every field is required and no other is allowed, which is what providers that hold
// a model to a schema take.

export const TEXT = '{"type":"string"}';
export const NUMBER = '{"type":"number"}';
export const FLAG = '{"type":"boolean"}';

/** Names of the fields of the object that is being written. */
const names = newBuilder();

export function beginObject(to: Builder): void {
  names.clear();
  to.ascii('{"type":"object","properties":{');
}

/** The next field's name; its schema follows. */
export function field(to: Builder, name: string): Builder {
  if (names.length) {
    names.byte(0x2c);
    to.byte(0x2c);
  }
  names.byte(0x22).ascii(name).byte(0x22);
  return to.byte(0x22).ascii(name).ascii('":');
}

export function endObject(to: Builder): void {
  to.ascii('},"required":[').bytes(names.at, names.length).ascii('],"additionalProperties":false}');
}

/** A list of objects with two fields, of which the first is a choice. */
export function pairs(to: Builder, first: string, second: string, schema: string): void {
  choice(to.ascii('{"type":"array","items":{"type":"object","properties":{"').ascii(first).ascii('":'));
  to.ascii(',"').ascii(second).ascii('":').ascii(schema).ascii('},"required":["').ascii(first).ascii('","').ascii(second);
  to.ascii('"],"additionalProperties":false}}');
}

/** One of the choices; any text if there are none. */
export function choice(to: Builder): void {
  if (!choiceCount) {
    to.ascii(TEXT);
    return;
  }
  writeChoices(to.ascii('{"type":"string","enum":['));
  to.ascii("]}");
}
