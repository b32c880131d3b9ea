import type { RunEvent, RunResult } from "../../run-events.ts";
import type { Out } from "../io.ts";
import type { Answers } from "./answers.ts";
import { describeEnd } from "./phrases.ts";
import type { RunInfo, View } from "./view.ts";

/** What leaves the run; and, in a line, what is made up or went wrong. */
export class QuietView implements View {
  readonly #stdout: Out;
  readonly #stderr: Out;
  readonly #answers: Answers;

  constructor(stdout: Out, stderr: Out, answers: Answers) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#answers = answers;
  }

  begin({ standIn }: RunInfo): void {
    if (standIn !== "") this.#stderr.write(`${standIn}: no real model is asked\n`);
  }

  event(event: RunEvent): void {
    const answer = this.#answers.of(event);
    if (answer !== undefined) this.#stdout.write(answer.endsWith("\n") ? answer : `${answer}\n`);
  }

  stopping(outstanding: readonly string[]): void {
    this.#stderr.write(`Stopping. What was outstanding: ${outstanding.join("; ") || "nothing"}\n`);
  }

  end(result: RunResult): void {
    if (result.stop !== "done") this.#stderr.write(`${describeEnd(result)}\n`);
  }

  close(): void {}
}
