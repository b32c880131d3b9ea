import type { ChatModel, ModelAnswer, ModelDelta } from "../models/types.ts";
import type * as protocol from "../protocol/index.ts";
import type { Run } from "../run.ts";
import type { CallOfModel } from "./call-of-model.ts";
import type { Crew } from "./crew.ts";
import type { Loop } from "./loop.ts";

/** Tells those who watch a run what happens in it. */
export class Watch {
  readonly #loop: Loop;
  readonly #crew: Crew;
  /** Spans of attempts at host code as an agent, in watched runs: their agent's own span ends apart. */
  readonly #attempts = new Set<number>();
  /** Calls of watched runs, by span: what their end is told of. */
  readonly #calls = new Map<number, { effect: number; tool: string; said?: string }>();

  constructor(loop: Loop, crew: Crew) {
    this.#loop = loop;
    this.#crew = crew;
  }

  modelCall(run: Run, { span, effect, attempt, agent }: protocol.CallModelCommand, model: ChatModel): void {
    this.#calls.set(span, { effect, tool: "" });
    run.emit({
      type: "model-call",
      time: this.#loop.time,
      agent: this.#crew.name(agent),
      effect,
      attempt,
      model: model.model,
      ...(model.label !== undefined && { label: model.label }),
    });
  }

  /** Tells pieces of an answer as they come, until the call is wanted no more. */
  deltas(run: Run, { effect, attempt, agent: number }: protocol.CallModelCommand): (delta: ModelDelta) => void {
    const agent = this.#crew.name(number);
    const { clock } = this.#loop;
    let sequence = 0;
    return ({ kind, text, id, name }) => {
      if (run.isWithdrawn(effect, attempt)) return;
      const call = kind === "tool-input" ? { id, tool: name } : undefined;
      run.emit({ type: "model-delta", time: clock.now(), agent, effect, attempt, sequence: sequence++, kind, text, ...call });
    };
  }

  /** The end of the call's span tells of it. */
  modelSaid(call: CallOfModel, answer: ModelAnswer): void {
    const watched = this.#calls.get(call.span);
    if (watched !== undefined) watched.said = call.saidIn(answer);
  }

  toolCall(run: Run, { span, effect, attempt, agent, name, arguments: given }: protocol.CallToolCommand): void {
    this.#calls.set(span, { effect, tool: name });
    run.emit({ type: "tool-call", time: this.#loop.time, agent: this.#crew.name(agent), effect, attempt, tool: name, arguments: given });
  }

  /** Told at once, with its text; of what fails elsewhere the end of its span tells. A result that nobody waits for any more is not told. */
  toolEnd(run: Run, { span, effect, agent, name }: protocol.CallToolCommand, isError: boolean, text: string): void {
    if (!run.watched || !this.#calls.delete(span)) return;
    run.emit({ type: "tool-end", time: this.#loop.clock.now(), agent: this.#crew.name(agent), effect, tool: name, text, isError });
  }

  attempt(span: number): void {
    this.#attempts.add(span);
  }

  spanStart(command: protocol.SpanStartCommand): void {
    const run = this.#loop.runs.get(command.run);
    if (run === undefined) return;
    this.#loop.telemetry.startSpan(run, command, this.#loop.time);
    if (command.operation === "agent") run.emit({ type: "agent-start", time: this.#loop.time, agent: this.#crew.name(command.agent) });
  }

  spanEnd(command: protocol.SpanEndCommand): void {
    const run = this.#loop.runs.get(command.run);
    if (run === undefined) return;
    const { time, telemetry } = this.#loop;
    telemetry.endSpan(run, command, time);
    if (!run.watched || this.#attempts.delete(command.span)) return;
    const agent = this.#crew.name(command.agent);
    const error = command.ok ? undefined : command.error;
    const call = this.#calls.get(command.span);
    this.#calls.delete(command.span);
    if (command.operation === "tool") {
      // A tool that answered has been told of.
      if (call !== undefined) run.emit({ type: "tool-end", time, agent, effect: call.effect, tool: call.tool, text: error ?? "", isError: !command.ok });
    } else if (command.operation === "agent") run.emit({ type: "agent-end", time, agent, ...(error !== undefined && { error }) });
    else if (command.operation === "chat")
      run.emit({
        type: "model-end",
        time,
        agent,
        effect: call?.effect ?? 0,
        usage: command.usage,
        ...(call?.said !== undefined && { text: call.said }),
        ...(error !== undefined && { error }),
      });
  }

  output(command: protocol.OutputCommand): void {
    const run = this.#loop.runs.get(command.run);
    const { port, text } = command;
    const agent = this.#crew.name(command.agent);
    run?.addOutput({ agent, port, text });
    // What left the run in an earlier life was told then.
    if (run?.replaying) return;
    run?.emit({ type: "output", time: this.#loop.time, agent, port, text });
  }

  log({ run, agent, level, sender, text }: protocol.LogCommand): void {
    this.#emit(run, { type: "log", time: this.#loop.time, agent: this.#crew.name(agent), level, sender, text });
  }

  notice({ run, agent, level, code, text }: protocol.NoticeCommand): void {
    this.#emit(run, { type: "notice", time: this.#loop.time, agent: this.#crew.name(agent), level, code, text });
  }

  message({ run, from, to, text }: protocol.MessageCommand): void {
    this.#emit(run, { type: "message", time: this.#loop.time, from: this.#crew.name(from), to: this.#crew.name(to), text });
  }

  /** An event was refused that nobody waits for an answer to. */
  refused({ run, code, message }: protocol.RefusedCommand): void {
    // An event for a run that has ended meanwhile changes nothing for anybody.
    if (code !== "unknown-run") this.#emit(run, { type: "notice", time: this.#loop.time, agent: "", level: "error", code, text: message });
  }

  #emit(handle: number, event: Parameters<Run["emit"]>[0]): void {
    this.#loop.runs.get(handle)?.emit(event);
  }
}
