import type { ApprovalDecision, ApprovalRequest, Decision } from "../approval.ts";
import * as protocol from "../protocol/index.ts";
import type { Run } from "../run.ts";
import type { Crew } from "./crew.ts";
import { messageOf } from "./failures.ts";
import type { Loop } from "./loop.ts";

/** Asks whether a tool may be called. */
export class Approvals {
  readonly #loop: Loop;
  readonly #crew: Crew;
  /** What was asked last, by run and effect. */
  readonly #asked = new WeakMap<Run, Map<number, string>>();

  constructor(loop: Loop, crew: Crew) {
    this.#loop = loop;
    this.#crew = crew;
  }

  ask(command: protocol.AskApprovalCommand): void {
    const run = this.#loop.runs.get(command.run);
    if (run === undefined) return;
    const { effect, name, expires, hash } = command;
    const request: ApprovalRequest = { run: run.id, effect, agent: this.#crew.name(command.agent), tool: name, arguments: command.arguments, hash, expires };
    const { agent } = request;
    run.emit({ type: "approval-needed", time: this.#loop.time, agent, effect, tool: name, arguments: command.arguments, hash, expires });
    this.#asked.set(run, (this.#asked.get(run) ?? new Map<number, string>()).set(effect, hash));
    const { approve } = this.#crew;
    if (approve === undefined) return;
    const settle = (decision: ApprovalDecision) => this.settle(run, effect, typeof decision === "boolean" ? { approved: decision } : decision);
    // Who cannot say yes has said no.
    const failed = (error: unknown) => this.settle(run, effect, { approved: false, reason: messageOf(error) });
    try {
      const decision = approve(request);
      if (decision instanceof Promise) decision.then(settle, failed);
      else settle(decision);
    } catch (error) {
      failed(error);
    }
  }

  settle(run: Run, effect: number, { approved, reason = "", hash, arguments: given }: Decision): void {
    const about = hash ?? this.#asked.get(run)?.get(effect) ?? "";
    const text = given === undefined ? "" : typeof given === "string" ? given : JSON.stringify(given);
    this.#loop.write((events) => protocol.writeApproval(events, { run: run.handle, effect, approved, reason, hash: about, arguments: text }), run);
  }
}
