import type { Counters } from "../protocol/index.ts";
import { Violation } from "./violation.ts";

/**
 * Messages between wired agents. Each stands in a mailbox until its receiver takes it, or a newer one takes its place; whoever takes one
 * that nobody sent, or one twice, or one that lay behind another, is found.
 */
export class Messages {
  /** What lies in mailboxes, by receiver, for those whose taking can be seen. */
  readonly #waiting = new Map<number, string[]>();
  #count = 0;
  #overHops = 0;

  sent(from: string, to: number, text: string): void {
    this.#count++;
    const list = this.#waiting.get(to);
    if (list === undefined) this.#waiting.set(to, [`${from}: ${text}`]);
    else list.push(`${from}: ${text}`);
  }

  taken(agent: number, sender: string, text: string): void {
    const list = this.#waiting.get(agent);
    const place = list?.indexOf(`${sender}: ${text}`) ?? -1;
    if (place < 0) throw new Violation("message-once", `agent ${agent} takes a message that is not in its mailbox: ${sender}: ${text.slice(0, 60)}`);
    list?.splice(0, place + 1);
  }

  overHops(): void {
    this.#overHops++;
  }

  /** What went into mailboxes came out again, was dropped for newer ones and counted, or still lies there in a run that was stopped. */
  end(counters: Counters, done: boolean): void {
    if (this.#count !== counters.hops) throw new Violation("message-once", `${this.#count} messages were sent, and ${counters.hops} are counted`);
    const replaced = counters.dropped - this.#overHops;
    if (replaced < 0) throw new Violation("message-once", `${counters.dropped} messages are counted as dropped, and ${this.#overHops} went too far`);
    const left = counters.hops - counters.activations - replaced;
    if (left < 0) throw new Violation("message-once", `${-left} messages were taken more often than they were sent`);
    if (done && left > 0)
      throw new Violation("nothing-lost", `the run is done, and ${left} of ${counters.hops} messages were neither taken nor counted as dropped`);
  }
}
