import type { ApprovalDecision, ApprovalRequest } from "../approval.ts";
import * as protocol from "../protocol/index.ts";
import type { Run } from "../run.ts";
import type { Crew } from "./crew.ts";
import { messageOf } from "./failures.ts";
import type { Loop } from "./loop.ts";

/** Asks whether a tool may be called. */
export class Approvals {
  readonly #loop: Loop;
  readonly #crew: Crew;

  constructor(loop: Loop, crew: Crew) {
    this.#loop = loop;
    this.#crew = crew;
  }

  ask(command: protocol.AskApprovalCommand): void {
    const run = this.#loop.runs.get(command.run);
    if (run === undefined) return;
    const { effect, name, expires } = command;
    const request: ApprovalRequest = { run: run.id, agent: this.#crew.name(command.agent), tool: name, arguments: command.arguments, expires };
    run.emit({ type: "approval-needed", time: this.#loop.time, agent: request.agent, effect, tool: name, arguments: command.arguments, expires });
    const { approve } = this.#crew;
    if (approve === undefined) return;
    const settle = (decision: ApprovalDecision) => {
      const { approved, reason } = typeof decision === "boolean" ? { approved: decision, reason: "" } : decision;
      this.settle(run, effect, approved, reason ?? "");
    };
    // Who cannot say yes has said no.
    const failed = (error: unknown) => this.settle(run, effect, false, messageOf(error));
    try {
      const decision = approve(request);
      if (decision instanceof Promise) decision.then(settle, failed);
      else settle(decision);
    } catch (error) {
      failed(error);
    }
  }

  settle(run: Run, effect: number, approved: boolean, reason: string): void {
    this.#loop.write((events) => protocol.writeApproval(events, { run: run.handle, effect, approved, reason }), run);
  }
}
