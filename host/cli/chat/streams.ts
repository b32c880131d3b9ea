import type { ModelDeltaEvent, RunEvent } from "../../run-events.ts";

interface Stream {
  agent: string;
  attempt: number;
  said: string;
  /** It is whole, and only waits for those before it. */
  ended: boolean;
}

/** Answers that come in at the same time, as one text: one is told as it comes, and the others wait until it is whole. */
export class Streams {
  readonly #tell: (agent: string, text: string | undefined) => void;
  /** By effect, in the order of their first pieces; the first one is being told. */
  readonly #open = new Map<number, Stream>();
  /** Whole answers that were told, and have not left the run. */
  readonly #told = new Set<string>();

  /** `tell` is given pieces, and undefined where an answer has ended. */
  constructor(tell: (agent: string, text: string | undefined) => void) {
    this.#tell = tell;
  }

  /** Whether all that an event says has been told, or will be. */
  take(event: RunEvent): boolean {
    switch (event.type) {
      case "model-delta":
        if (event.kind === "text") this.#piece(event);
        return true;
      case "model-end":
        this.#end(event.effect, event.text);
        return false;
      case "output":
        return this.#told.delete(event.text);
      default:
        return false;
    }
  }

  /** A run is over: nothing more comes of it. */
  end(): void {
    for (const stream of this.#open.values()) stream.ended = true;
    this.#goOn(true);
    this.#told.clear();
  }

  #piece({ effect, agent, attempt, text }: ModelDeltaEvent): void {
    let stream = this.#open.get(effect);
    if (stream === undefined) this.#open.set(effect, (stream = { agent, attempt, said: "", ended: false }));
    const isTold = this.#first === stream;
    if (stream.attempt !== attempt) {
      // What the attempt before has said stands there for nothing.
      if (isTold && stream.said !== "") this.#tell(agent, undefined);
      stream.attempt = attempt;
      stream.said = "";
    }
    stream.said += text;
    if (isTold) this.#tell(agent, text);
  }

  #end(effect: number, text: string | undefined): void {
    const stream = this.#open.get(effect);
    if (stream === undefined) return;
    stream.ended = true;
    if (text === stream.said) this.#told.add(text);
    if (this.#first === stream) this.#goOn(true);
  }

  /** Leaves those that have ended behind, and tells what the others have said so far. `begun`: the first one has been told already. */
  #goOn(begun: boolean): void {
    for (const [effect, { agent, said, ended }] of this.#open) {
      if (!begun) this.#tell(agent, said);
      if (!ended) return;
      this.#tell(agent, undefined);
      this.#open.delete(effect);
      begun = false;
    }
  }

  get #first(): Stream | undefined {
    for (const stream of this.#open.values()) return stream;
    return undefined;
  }
}
