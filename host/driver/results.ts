import type { FinishedCommand, SaveOutputCommand } from "../protocol/index.ts";
import type { Run } from "../run.ts";
import { usageOf } from "../usage.ts";
import type { Crew } from "./crew.ts";
import { messageOf } from "./failures.ts";
import type { Loop } from "./loop.ts";

/** Ends runs, after their results are in the files that they go to. */
export class Results {
  readonly #loop: Loop;
  readonly #crew: Crew;
  readonly #saving = new Map<Run, Promise<void>>();

  constructor(loop: Loop, crew: Crew) {
    this.#loop = loop;
    this.#crew = crew;
  }

  save({ run: handle, path, text }: SaveOutputCommand): void {
    const run = this.#loop.runs.get(handle);
    // What was saved in an earlier life is saved.
    if (run === undefined || run.replaying) return;
    const { write } = this.#crew;
    if (write === undefined) return this.#notSaved(run, path, "this host writes no files");
    const saving = Promise.resolve()
      .then(() => write(path, text))
      .catch((error) => this.#notSaved(run, path, messageOf(error)));
    this.#saving.set(run, saving);
  }

  finish(command: FinishedCommand): void {
    const { runs, telemetry, time } = this.#loop;
    const run = runs.get(command.run);
    if (run === undefined) return;
    runs.delete(run);
    telemetry.end(run, command, time);
    const saving = this.#saving.get(run);
    const usage = usageOf(command.spent, this.#crew.agents);
    if (saving === undefined) return run.finish(command, time, usage);
    this.#saving.delete(run);
    void saving.then(() => run.finish(command, time, usage));
  }

  #notSaved(run: Run, path: string, reason: string): void {
    run.emit({
      type: "notice",
      time: this.#loop.time,
      agent: "",
      level: "warn",
      code: "output-not-saved",
      text: `the result was not written to ${path}: ${reason}`,
    });
  }
}
