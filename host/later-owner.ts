import type { Decision } from "./approval.ts";
import type { Run, RunOwner } from "./run.ts";

/** What is sent to a run that is not back yet is kept until it is. */
export class LaterOwner implements RunOwner {
  #owner: RunOwner | undefined;
  #waiting: ((owner: RunOwner) => void)[] = [];

  have(owner: RunOwner): void {
    this.#owner = owner;
    for (const act of this.#waiting.splice(0)) act(owner);
  }

  deliver(run: Run, to: string, text: string): void {
    this.#act((owner) => owner.deliver(run, to, text));
  }

  closeInput(run: Run): void {
    this.#act((owner) => owner.closeInput(run));
  }

  cancel(run: Run, reason: string): void {
    this.#act((owner) => owner.cancel(run, reason));
  }

  approve(run: Run, effect: number, decision: Decision): void {
    this.#act((owner) => owner.approve(run, effect, decision));
  }

  #act(act: (owner: RunOwner) => void): void {
    if (this.#owner === undefined) this.#waiting.push(act);
    else act(this.#owner);
  }
}
