import { describe, expect, it } from "vitest";
import { readProtocol } from "./generate.ts";
import { brokenBy, type Lock, makeLock } from "./wit-lock.ts";

const published = makeLock(readProtocol(), true);

/** The published lock, changed and of a later version. */
function changed(change: (lock: Lock) => void): string[] {
  const now: Lock = structuredClone(published);
  now.version = "0.2.0";
  change(now);
  return brokenBy(now, published);
}

/** The same object with its keys in another order. */
function reordered<T>(object: Record<string, T>, order: (names: string[]) => string[]): Record<string, T> {
  return Object.fromEntries(order(Object.keys(object)).map((name) => [name, object[name]]));
}

describe("the lock", () => {
  it("lets the same protocol pass, and additions at the end", () => {
    expect(brokenBy(published, published)).toEqual([]);
    expect(
      changed((lock) => {
        lock.events.ping = ["run: u64"];
        lock.commands.pong = [];
        lock.events.close.push("reason: string");
        lock.enums.level.push("fatal");
        lock.enums.mood = ["calm"];
        lock.records.point = ["x: u32"];
      }),
    ).toEqual([]);
  });

  it("wants a new version for an addition", () => {
    const now = structuredClone(published);
    now.events.ping = [];
    expect(brokenBy(now, published)).toEqual(["something was added: raise the version of the package above 0.1.0"]);
  });

  it("refuses reordered, renamed and removed cases", () => {
    expect(changed((lock) => (lock.events = reordered(lock.events, ([a, b, ...rest]) => [b, a, ...rest])))).toContain("event define must stay number 0");
    const last = Object.keys(published.commands).length - 1;
    const gone = Object.keys(published.commands)[last];
    expect(changed((lock) => delete lock.commands[gone])).toContain(`command ${gone} must stay number ${last}`);
  });

  it("refuses fields that move, change or go", () => {
    expect(changed((lock) => lock.events.close.unshift("first: u8"))).toEqual(["event close: run: u64 must stay number 0"]);
    expect(changed((lock) => (lock.events.save = ["run: u32"]))).toEqual(["event save: run: u64 must stay number 0"]);
    expect(changed((lock) => lock.commands.saved.pop())).toEqual(["command saved: step: u64 must stay number 2"]);
    expect(changed((lock) => lock.enums.level.reverse())).toEqual(["enum level: debug must stay number 0"]);
  });

  it("refuses any change of a record inside others", () => {
    expect(changed((lock) => lock.records.usage.push("audio: u32"))).toEqual(["record usage: audio: u32 cannot be added to a published record inside others"]);
    expect(changed((lock) => lock.records.usage.pop())).toEqual(["record usage: reasoning: u32 must stay number 4"]);
  });

  it("binds nobody before the first release", () => {
    const now = structuredClone(published);
    now.events = {};
    expect(brokenBy(now, { ...published, released: false })).toEqual([]);
  });
});
