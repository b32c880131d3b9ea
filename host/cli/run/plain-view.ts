import { describeProblem } from "../../errors.ts";
import type { RunEvent, RunResult } from "../../run-events.ts";
import { showDuration } from "../duration.ts";
import type { Out } from "../io.ts";
import { clean, oneLine } from "../text.ts";
import type { Answers } from "./answers.ts";
import { describeEnd, describeResult, describeStopping, phraseOf, remarksOn, subjectOf } from "./phrases.ts";
import type { Progress } from "./progress.ts";
import type { RunInfo, View } from "./view.ts";

const MOST = 400;

/** A line for everything that happens, for logs and pipes: progress to one stream, what leaves the run to the other, as it is. */
export class PlainView implements View {
  readonly #stdout: Out;
  readonly #stderr: Out;
  readonly #progress: Progress;
  readonly #answers: Answers;
  readonly #whole: boolean;

  constructor(stdout: Out, stderr: Out, progress: Progress, answers: Answers, whole: boolean) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#progress = progress;
    this.#answers = answers;
    this.#whole = whole;
  }

  begin(info: RunInfo): void {
    if (info.standIn !== "") this.#stderr.write(`${info.standIn}: no real model is asked\n`);
    for (const remark of remarksOn(info, describeProblem)) this.#stderr.write(`${remark}\n`);
  }

  event(event: RunEvent): void {
    for (const one of this.#answers.said.next(event)) this.#show(one);
  }

  #show(event: RunEvent): void {
    const answer = this.#answers.of(event);
    if (answer !== undefined) this.#stdout.write(answer.endsWith("\n") ? answer : `${answer}\n`);
    const line = this.#line(event, answer !== undefined);
    if (line !== undefined) this.#stderr.write(`${showDuration(event.time - this.#progress.started).padStart(7)}  ${line}\n`);
  }

  #line(event: RunEvent, left: boolean): string | undefined {
    const made = this.#progress.label === undefined ? "" : ` (${this.#progress.label})`;
    switch (event.type) {
      case "model-call": {
        const attempt = event.attempt > 1 ? `, attempt ${event.attempt}` : "";
        const label = event.label === undefined || event.label === event.model ? "" : `, ${event.label}`;
        return `${event.agent} thinks (${event.model}${label}${attempt})`;
      }
      case "tool-call":
        return `${event.agent} calls ${event.tool} ${this.#cut(event.arguments)}`;
      case "output":
        return `${event.agent === "" ? "the flow" : event.agent} answers${event.port === "" ? "" : ` to ${event.port}`}${made}`;
      case "message":
        // What a logger writes to stdout is not to be found here, and so its message is.
        if (this.#answers.isRepeated(event) && !this.#answers.logsCount) return undefined;
        break;
      case "log":
        if (left) return undefined;
        break;
    }
    const phrase = phraseOf(event);
    return phrase === undefined ? undefined : `${subjectOf(phrase)}: ${this.#cut(phrase.text)}`;
  }

  stopping(outstanding: readonly string[]): void {
    this.#stderr.write(`${describeStopping(outstanding)}\n`);
    for (const line of outstanding) this.#stderr.write(`  ${line}\n`);
  }

  end(result: RunResult): void {
    const label = result.label === undefined ? "" : ` · ${result.label}`;
    const elapsed = showDuration(this.#progress.elapsed);
    this.#stderr.write(`${elapsed.padStart(7)}  ${oneLine(describeEnd(result))} · ${describeResult(result, this.#progress.messages)}${label}\n`);
  }

  close(): void {}

  #cut(text: string): string {
    if (this.#whole) return clean(text).trimEnd().replaceAll("\n", "\n         ");
    const line = oneLine(text);
    return line.length > MOST ? `${line.slice(0, MOST)}... (${text.length} characters)` : line;
  }
}
