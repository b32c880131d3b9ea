import type {
  CallAgentCommand,
  CallModelCommand,
  CallToolCommand,
  CancelEffectCommand,
  CountTokensCommand,
  IndexCommand,
  RecallCommand,
  RememberCommand,
  SearchCommand,
} from "../protocol/index.ts";
import { Violation } from "./violation.ts";

/** What has a span of its own. */
export type Call = CallModelCommand | CallToolCommand | CallAgentCommand | SearchCommand | IndexCommand;
/** What the host is asked beside the calls that people see. */
export type Chore = CountTokensCommand | RecallCommand | RememberCommand;
type Kind = (Call | Chore)["type"];

// What may become of an attempt, as design.md §6 has it.
//
//   open ── an answer ──▶ settled            never asked again
//     │ ─── a failure ──▶ failed             may be tried again, under the next attempt
//     └─ cancel-effect ─▶ cancelled          may be tried again if its time was up
type State = "open" | "settled" | "failed" | "cancelled";

interface Effect {
  kind: Kind;
  attempt: number;
  state: State;
  /** Code that may run only once. */
  once: boolean;
  agent: number | undefined;
}

function zeros(): Record<Kind, number> {
  return { "call-model": 0, "call-tool": 0, "call-agent": 0, search: 0, index: 0, "count-tokens": 0, recall: 0, remember: 0 };
}

/** Keeps the books of a run's effects, and finds what may not be. */
export class EffectBook {
  readonly #effects = new Map<number, Effect>();
  /** Effects and attempts by kind. */
  readonly effects = zeros();
  readonly attempts = zeros();
  /** At least so many answers came when nobody waited for them. */
  late = 0;
  open = 0;
  readonly #told = new Set<number>();

  /** The run is asked for again what it waits for: so may each open call be, once. */
  #asking = new Set<number>();

  /** Something is asked of the world. */
  ask(call: Call | Chore, once: boolean): void {
    const { effect: id, attempt, type } = call;
    const effect = this.#effects.get(id);
    if (effect === undefined) {
      if (attempt < 1) throw new Violation("effect-once", `${type} ${id}.${attempt}: attempts begin with 1`);
      this.#effects.set(id, { kind: type, attempt, state: "open", once, agent: "agent" in call ? call.agent : undefined });
      this.effects[type]++;
      this.attempts[type]++;
      this.open++;
      return;
    }
    if (effect.kind !== type) throw new Violation("effect-once", `effect ${id} was a ${effect.kind} and is a ${type}`);
    if (this.#asking.delete(id) && attempt === effect.attempt) {
      if (effect.once) throw new Violation("once-twice", `${type} ${id}.${attempt} may run only once, and is asked for again`);
      return;
    }
    if (effect.once) throw new Violation("once-twice", `${type} ${id}.${attempt} may run only once, and was asked for before`);
    if (effect.state === "settled") throw new Violation("effect-once", `${type} ${id}.${attempt} was settled, and is asked for again`);
    if (effect.state === "open") throw new Violation("effect-once", `${type} ${id}.${attempt} is asked for while attempt ${effect.attempt} is open`);
    if (attempt <= effect.attempt) throw new Violation("effect-once", `${type} ${id}.${attempt} comes after attempt ${effect.attempt}`);
    effect.attempt = attempt;
    effect.state = "open";
    this.open++;
    this.attempts[type]++;
  }

  /** An answer is handed over: whether it was waited for. */
  settle(id: number, attempt: number, failed: boolean): boolean {
    const effect = this.#effects.get(id);
    if (effect === undefined || effect.attempt !== attempt || effect.state !== "open") {
      this.late++;
      return false;
    }
    effect.state = failed ? "failed" : "settled";
    this.open--;
    return true;
  }

  /** Whether this attempt has been answered before, in time or late. */
  told(id: number, attempt: number): boolean {
    const key = id * 65_536 + attempt;
    const told = this.#told.has(key);
    this.#told.add(key);
    return told;
  }

  /** Its answer is wanted no more. */
  cancel({ effect: id, attempt }: CancelEffectCommand): void {
    const effect = this.#effects.get(id);
    // A call that was to be approved has made no attempt.
    if (effect === undefined) return;
    if (effect.state === "cancelled") throw new Violation("cancel-once", `effect ${id}.${attempt} is cancelled twice`);
    if (effect.state === "open") this.open--;
    effect.state = "cancelled";
  }

  /** Whether this attempt is waited for. */
  isOpen(id: number, attempt: number): boolean {
    const effect = this.#effects.get(id);
    return effect !== undefined && effect.attempt === attempt && effect.state === "open";
  }

  /** Another host takes the run over: what was open is asked for again, but for what may run only once, which is unknown from now on. */
  moved(): void {
    this.#asking.clear();
    for (const [id, effect] of this.#effects) {
      if (effect.state !== "open") continue;
      if (effect.once) {
        effect.state = "failed";
        this.open--;
      } else this.#asking.add(id);
    }
  }

  /** The host asks for a call again. */
  again(id: number): void {
    this.#asking.add(id);
  }

  /** What is to be asked for again has been. @throws Violation if it has not */
  settled(): void {
    for (const id of this.#asking) {
      const effect = this.#effects.get(id) as Effect;
      if (effect.state === "open")
        throw new Violation("nothing-lost", `${effect.kind} ${id}.${effect.attempt} was under way, and the host that went on was not asked for it`);
    }
    this.#asking.clear();
  }

  /** The run is over. */
  end(): void {
    for (const [id, { kind, attempt, state }] of this.#effects)
      if (state === "open") throw new Violation("effect-once", `${kind} ${id}.${attempt} is open at the run's end, neither settled nor cancelled`);
  }

  /** Open calls in words: what they are, and the number of the agent whose they are. */
  waiting(): string[] {
    const list: string[] = [];
    for (const { kind, state, agent } of this.#effects.values()) if (state === "open") list.push(agent === undefined ? kind : `${kind} ${agent}`);
    return list;
  }
}
