import type { Command, Event } from "../protocol/index.ts";
import type { Listener } from "./world.ts";

/** What happened in a world, line by line. */
export class Trace implements Listener {
  readonly lines: string[] = [];
  readonly #from: number;

  /** `from`: when the world began. */
  constructor(from: number) {
    this.#from = from;
  }

  step(now: number, events: readonly Event[], commands: readonly Command[]): void {
    const time = `${now - this.#from} ms`.padStart(10);
    if (events.length === 0) this.lines.push(`${time}  (time)`);
    for (const [index, event] of events.entries()) this.lines.push(`${index === 0 ? time : " ".repeat(time.length)}  ${brief(event)}`);
    for (const command of commands) {
      const { type } = command;
      if (type !== "append" && type !== "span-start" && type !== "span-end" && type !== "started")
        this.lines.push(`${" ".repeat(time.length)}    > ${brief(command)}`);
    }
  }

  act(now: number, what: string): void {
    this.lines.push(`${`${now - this.#from} ms`.padStart(10)}  * ${what}`);
  }
}

/** Fields that say nothing to people, or stand there for every record. */
const LEFT_OUT = new Set([
  "type",
  "run",
  "tag",
  "definition",
  "span",
  "parent",
  "seed",
  "watch",
  "traceId",
  "parentSpan",
  "id",
  "metadata",
  "level",
  "counters",
  "path",
]);

/** An event or command on one line: its name, its effect and attempt, and what is not empty of the rest. */
export function brief(record: Event | Command): string {
  const { effect, attempt, ...rest } = record as unknown as Record<string, unknown>;
  const name = effect === undefined ? record.type : `${record.type} ${String(effect)}${attempt === undefined ? "" : `.${String(attempt)}`}`;
  const fields = Object.entries(rest).flatMap(([key, value]) => {
    if (LEFT_OUT.has(key) || isEmpty(value)) return [];
    return [`${key}=${shorten(textOf(key, value))}`];
  });
  return [name, ...fields].join(" ");
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) && Object.values(value).every((each) => each === 0);
}

function textOf(key: string, value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (key === "parts" && Array.isArray(value))
    return `[${value.map(({ role, kind, name, text }) => `${role} ${kind === "text" ? "" : `${kind} ${name} `}${JSON.stringify(shorten(text))}`).join(", ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : JSON.stringify(value);
}

function shorten(text: string): string {
  return text.length > 240 ? `${text.slice(0, 236)} …` : text;
}
