import type { RunEvent } from "../../run-events.ts";
import type { Out } from "../io.ts";
import type { Progress } from "./progress.ts";
import type { RunInfo, View } from "./view.ts";

/** A line of JSON for every event; what stand-ins made up says so. */
export class JsonView implements View {
  readonly #stdout: Out;
  readonly #stderr: Out;
  readonly #progress: Progress;

  constructor(stdout: Out, stderr: Out, progress: Progress) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#progress = progress;
  }

  begin({ id, manifest, warnings, label }: RunInfo): void {
    const { agents, edges, inputs, outputs } = manifest;
    this.#write({ type: "started", time: this.#progress.started, id, agents, edges, inputs, outputs, warnings, ...(label !== undefined && { label }) });
  }

  event(event: RunEvent): void {
    const { label } = this.#progress;
    this.#write(label === undefined ? event : { ...event, label });
  }

  stopping(outstanding: readonly string[]): void {
    this.#stderr.write(`Stopping; Ctrl-C again ends at once. What was outstanding: ${outstanding.join("; ") || "nothing"}\n`);
  }

  end(): void {}

  close(): void {}

  #write(value: object): void {
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }
}
