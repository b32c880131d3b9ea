import type { CallModelCommand, Part } from "../protocol/index.ts";
import { Violation } from "./violation.ts";

interface Told {
  parts: number;
  /** Calls that nothing has been said to yet, by id: how many. */
  open: Map<string, number>;
}

/** What models were shown: no call without its result, and no result without its call. */
export class Transcripts {
  readonly #told = new Map<number, Told>();

  /** Whether the call builds on turns that were told; if not, the host is to ask for them. */
  knows({ conversation, known }: CallModelCommand): boolean {
    return known === 0 || this.#told.get(conversation)?.parts === known;
  }

  /** Takes in what a call shows. @throws Violation */
  show({ conversation, known, parts, effect }: CallModelCommand): void {
    let told = this.#told.get(conversation);
    if (told === undefined || known === 0) this.#told.set(conversation, (told = { parts: 0, open: new Map() }));
    told.parts += parts.length;
    for (const part of parts) take(told.open, part, effect);
    if (told.open.size > 0) throw new Violation("no-orphan-call", `call-model ${effect} shows calls without a result: ${[...told.open.keys()].join(", ")}`);
  }

  /** The host has forgotten all. */
  forget(): void {
    this.#told.clear();
  }
}

function take(open: Map<string, number>, { role, kind, id }: Part, effect: number): void {
  if (kind === "tool-call") open.set(id, (open.get(id) ?? 0) + 1);
  else if (kind === "tool-result" || kind === "tool-error") {
    const count = open.get(id);
    if (count === undefined) throw new Violation("no-orphan-call", `call-model ${effect} shows a result that no call is open for: ${JSON.stringify(id)}`);
    if (count === 1) open.delete(id);
    else open.set(id, count - 1);
  } else if (role !== "assistant" && open.size > 0)
    throw new Violation("no-orphan-call", `call-model ${effect} shows a turn of ${role} while calls have no result: ${[...open.keys()].join(", ")}`);
}
