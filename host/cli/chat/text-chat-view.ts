import { describeProblem } from "../../errors.ts";
import type { RunEvent, RunResult } from "../../run-events.ts";
import type { Out } from "../io.ts";
import type { Colour, Paint } from "../paint.ts";
import { describeArguments, describeEnd, describeResult } from "../run/phrases.ts";
import { clean, oneLine, shorten } from "../text.ts";
import { Streams } from "./streams.ts";
import type { Talk } from "./talk.ts";
import type { ChatView } from "./view.ts";

const MOST = 400;
const MOST_WARNINGS = 4;

/** Answers go to stdout, all else to stderr. At a terminal they are one text, and answers are written as they come; in a pipe when they are whole. */
export class TextChatView implements ChatView {
  readonly #stdout: Out;
  readonly #stderr: Out;
  readonly #paint: Paint;
  readonly #streams: Streams | undefined;
  #several = false;
  readonly #noticed = new Set<string>();
  /** The cursor stands behind a piece of an answer. */
  #within = false;
  #speaker = "";

  constructor(stdout: Out, stderr: Out, paint: Paint, live: boolean) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#paint = paint;
    this.#streams = live ? new Streams((agent, text) => this.#piece(agent, text)) : undefined;
  }

  begin(talk: Talk): void {
    const agents = talk.manifest.agents.filter(({ hidden }) => hidden !== true);
    this.#several = agents.length > 1;
    if (talk.standIn !== "") this.note([`${talk.standIn}: no real model is asked`], "yellow");
    for (const warning of talk.warnings.slice(0, MOST_WARNINGS)) this.note([describeProblem(warning)], "yellow");
    if (this.#streams === undefined) return;
    const who = talk.models.length > 0 && talk.standIn === "" ? ` · ${talk.models.join(", ")}` : "";
    this.#line(`${this.#paint.bold("aixlet chat")}${this.#paint.dim(`${who} · ${oneLine(talk.session)} · /help`)}`);
  }

  say(): void {
    this.#speaker = "";
  }

  event(event: RunEvent): void {
    const shown = this.#streams?.take(event) === true;
    switch (event.type) {
      case "output":
        if (!shown) this.#whole(event.agent, event.text);
        break;
      case "model-end":
        if (event.error !== undefined && this.#streams !== undefined && this.#within) this.#line(this.#paint.dim("(broken off)"));
        break;
      case "tool-call":
        this.#aside(`${event.agent} calls ${event.tool}(${describeArguments(event.arguments)})`);
        break;
      case "tool-end":
        this.#aside(`${event.tool} ${event.isError ? "failed" : "gave"}: ${event.text}`, event.isError ? "red" : undefined);
        break;
      case "notice":
        this.#notice(event);
        break;
      case "log":
        this.#aside(`${event.agent}: ${event.text}`);
    }
  }

  end(result: RunResult): void {
    this.#streams?.end();
    const counts = describeResult(result, 0);
    const made = result.label === undefined ? "" : ` · ${result.label}`;
    // Why it failed may have been told a line ago.
    const end = result.stop === "done" ? "" : describeEnd(this.#noticed.has(result.message) ? { ...result, message: "" } : result);
    this.#noticed.clear();
    if (end !== "") this.note([end], result.stop === "cancelled" ? "yellow" : "red");
    if (result.counters.modelCalls > 0) this.#line(this.#paint.dim(`${counts}${made}`));
  }

  note(lines: readonly string[], colour?: Colour): void {
    for (const line of lines) this.#line(colour === undefined ? clean(line) : this.#paint.colour(colour, clean(line)));
  }

  #notice({ level, text }: RunEvent & { type: "notice" }): void {
    if (level === "debug") return;
    this.#noticed.add(text);
    this.#aside(text, level === "error" ? "red" : "yellow");
  }

  /** What happens on the way to the answer. */
  #aside(text: string, colour: Colour = "gray"): void {
    const columns = this.#stderr.isTTY === true ? (this.#stderr.columns ?? 80) - 3 : MOST;
    this.#line(this.#paint.colour(colour, `  ${shorten(oneLine(text), columns)}`));
  }

  #piece(agent: string, text: string | undefined): void {
    if (text === undefined) return this.#fresh();
    if (!this.#within) this.#name(agent);
    const shown = clean(text);
    if (shown === "") return;
    this.#stdout.write(shown);
    this.#within = !shown.endsWith("\n");
  }

  #whole(agent: string, text: string): void {
    this.#fresh();
    this.#name(agent);
    // A file or a program gets it as it is.
    const shown = this.#streams === undefined && this.#stdout.isTTY !== true ? text : clean(text);
    this.#stdout.write(shown.endsWith("\n") ? shown : `${shown}\n`);
  }

  /** Who speaks now, where several do and somebody looks. */
  #name(agent: string): void {
    if (!this.#several || this.#streams === undefined || agent === this.#speaker) return;
    this.#speaker = agent;
    if (agent !== "") this.#stdout.write(`${this.#paint.colour("cyan", `${oneLine(agent)}:`)}\n`);
  }

  #line(text: string): void {
    this.#fresh();
    this.#stderr.write(`${text}\n`);
  }

  #fresh(): void {
    if (this.#within) this.#stdout.write("\n");
    this.#within = false;
  }
}
