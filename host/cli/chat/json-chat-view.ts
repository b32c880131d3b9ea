import type { RunEvent } from "../../run-events.ts";
import type { Out } from "../io.ts";
import type { Talk } from "./talk.ts";
import type { ChatView } from "./view.ts";

/** A line of JSON for everything that happens; what stand-ins made up says so. */
export class JsonChatView implements ChatView {
  readonly #stdout: Out;
  readonly #now: () => number;
  #label: string | undefined;

  constructor(stdout: Out, now: () => number) {
    this.#stdout = stdout;
    this.#now = now;
  }

  begin({ session, user, manifest, label, warnings }: Talk): void {
    this.#label = label;
    const { agents, inputs, outputs } = manifest;
    this.#write({ type: "started", time: this.#now(), session, user, agents, inputs, outputs, warnings });
  }

  say(text: string, run: string): void {
    this.#write({ type: "said", time: this.#now(), run, text });
  }

  event(event: RunEvent): void {
    this.#write(event);
  }

  end(): void {}

  note(lines: readonly string[], colour?: "red" | "yellow"): void {
    this.#write({ type: "note", time: this.#now(), level: colour === "red" ? "error" : colour === "yellow" ? "warn" : "info", text: lines.join("\n") });
  }

  #write(value: object): void {
    this.#stdout.write(`${JSON.stringify(this.#label === undefined ? value : { ...value, label: this.#label })}\n`);
  }
}
