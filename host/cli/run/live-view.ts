import { describeProblem } from "../../errors.ts";
import type { RunEvent, RunResult } from "../../run-events.ts";
import { showDuration } from "../duration.ts";
import { colourOf, symbolOf } from "../graph/look.ts";
import type { Out } from "../io.ts";
import type { Colour, Paint } from "../paint.ts";
import { plural } from "../plural.ts";
import { clean, oneLine, shorten, widthOf, wrap } from "../text.ts";
import type { Answers } from "./answers.ts";
import { describeArguments, describeEnd, describeResult, describeStopping, phraseOf, remarksOn, subjectOf } from "./phrases.ts";
import type { Progress } from "./progress.ts";
import { Region } from "./region.ts";
import type { RunInfo, View } from "./view.ts";

/** Milliseconds between frames. */
const FRAME = 80;
const MOST_ROWS = 10;
const INDENT = 9;
const LEAST_ROOM = 24;
const NARROW = 50;
const spinners = { unicode: "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", ascii: "|/-\\" };

export interface LiveOptions {
  paint: Paint;
  unicode: boolean;
  /** Texts whole. */
  whole: boolean;
  now(): number;
  every(milliseconds: number, tick: () => void): () => void;
}

/** For somebody at a terminal: a transcript that stays, and under it, redrawn in place, who is at work. */
export class LiveView implements View {
  readonly #stdout: Out;
  readonly #region: Region;
  readonly #progress: Progress;
  readonly #answers: Answers;
  readonly #options: LiveOptions;
  readonly #roles = new Map<string, string>();
  readonly #shared: boolean;
  #stop: (() => void) | undefined;
  #stopping = false;
  /** The answer that came last was set apart by an empty line. */
  #apart = false;

  constructor(stdout: Out, stderr: Out, progress: Progress, answers: Answers, options: LiveOptions) {
    this.#stdout = stdout;
    this.#region = new Region(stderr);
    this.#progress = progress;
    this.#answers = answers;
    this.#options = options;
    // On one screen the two streams are one text, and what leaves the run stands in it once.
    this.#shared = stdout.isTTY === true;
  }

  begin(info: RunInfo): void {
    const { paint } = this.#options;
    for (const { name, role } of info.manifest.agents) this.#roles.set(name, role);
    this.#say(`${paint.bold("aixlet")} ${info.name} ${paint.dim(`· ${plural(info.manifest.agents.filter(({ hidden }) => hidden !== true).length, "agent")}`)}`);
    if (info.standIn !== "") this.#say(paint.colour("yellow", `${info.standIn}: no real model is asked`));
    for (const remark of remarksOn(info, (problem) => describeProblem(problem))) this.#say(paint.dim(remark));
    this.#say("");
    this.#stop = this.#options.every(FRAME, () => this.#draw());
    this.#draw();
  }

  event(event: RunEvent): void {
    for (const one of this.#answers.said.next(event)) this.#show(one);
  }

  #show(event: RunEvent): void {
    const answer = this.#answers.of(event);
    if (answer !== undefined) this.#answer(event, answer);
    else {
      const line = this.#line(event);
      if (line !== undefined) this.#say(line);
    }
  }

  stopping(outstanding: readonly string[]): void {
    const { paint } = this.#options;
    this.#stopping = true;
    this.#say(paint.colour("yellow", describeStopping(outstanding)));
    for (const line of outstanding) this.#say(`  ${line}`);
    this.#draw();
  }

  end(result: RunResult): void {
    const { paint } = this.#options;
    const [mark, colour] = endLooks[result.stop] ?? (["✗", "red"] as const);
    const label = result.label === undefined ? "" : paint.colour("yellow", ` · ${result.label}`);
    if (!this.#apart) this.#say("");
    this.#say(`${paint.colour(colour, `${mark} ${clean(describeEnd(result))}`)} ${paint.dim(`· ${showDuration(this.#progress.elapsed)}`)}${label}`);
    this.#say(paint.dim(`  ${describeResult(result, this.#progress.messages)}`));
    this.close();
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#region.close();
  }

  #say(text: string): void {
    this.#apart = text === "";
    this.#region.say(text);
  }

  #answer(event: RunEvent, text: string): void {
    const { paint } = this.#options;
    if (!this.#shared) {
      this.#stdout.write(text.endsWith("\n") ? text : `${text}\n`);
      const { agent } = event as { agent: string };
      this.#say(this.#timed(event.time, `${this.#name(agent)} ${paint.dim("→ stdout")}`, text, undefined));
      return;
    }
    if (event.type === "log") {
      this.#say(this.#timed(event.time, this.#name(event.agent), text, undefined, true));
      return;
    }
    const { agent, port } = event as { agent: string; port: string };
    const made = this.#progress.label === undefined ? "" : paint.colour("yellow", ` (${this.#progress.label})`);
    if (!this.#apart) this.#say("");
    this.#say(`${this.#name(agent)}${port === "" ? "" : ` ${paint.dim("→")} ${port}`}${made}`);
    this.#region.flush();
    this.#stdout.write(`${clean(text).trimEnd()}\n`);
    this.#say("");
  }

  #line(event: RunEvent): string | undefined {
    if (this.#answers.isRepeated(event)) return undefined;
    if (event.type === "tool-end") return this.#toolLine(event);
    const phrase = phraseOf(event);
    if (phrase === undefined) return undefined;
    return this.#timed(
      event.time,
      subjectOf(phrase, (agent) => this.#name(agent)),
      phrase.text,
      phrase.colour,
    );
  }

  #toolLine({ time, agent, tool, text, isError }: RunEvent & { type: "tool-end" }): string {
    const given = this.#progress.returned === undefined ? "" : oneLine(describeArguments(this.#progress.returned.arguments));
    const most = Math.max(8, Math.floor(this.#region.columns / 3));
    return this.#timed(
      time,
      `${this.#name(agent)} ${this.#options.paint.dim("calls")} ${tool}(${shorten(given, most)})`,
      `${isError ? "✗ " : "⇒ "}${text}`,
      isError ? "red" : undefined,
    );
  }

  /** When, who, and as much of the text as fits in the line. */
  #timed(time: number, subject: string, text: string, colour: Colour | undefined, whole = this.#options.whole): string {
    const { paint } = this.#options;
    const start = `${paint.dim(showDuration(time - this.#progress.started).padStart(INDENT - 2))}  ${subject}  `;
    const paintText = (line: string) => (colour === undefined ? line : paint.colour(colour, line));
    const room = this.#region.columns - widthOf(start);
    const all = clean(text).trimEnd();
    if (widthOf(all) <= room && !all.includes("\n")) return `${start}${paintText(all)}`;
    if (!whole && room >= LEAST_ROOM) return `${start}${paintText(shorten(oneLine(text), room))}`;
    // What does not fit beside the names stands below them.
    const indent = this.#region.columns < NARROW ? 4 : INDENT;
    const most = this.#region.columns - indent;
    const below = whole ? wrap(all, most) : [shorten(oneLine(text), most)];
    return [start.trimEnd(), ...below.map((line) => `${" ".repeat(indent)}${paintText(line)}`)].join("\n");
  }

  #draw(): void {
    const { paint, unicode } = this.#options;
    const now = this.#options.now();
    const spinner = unicode ? spinners.unicode : spinners.ascii;
    const turn = paint.colour("cyan", spinner[Math.floor(now / FRAME) % spinner.length]);
    const rows = this.#rows(now);
    const most = Math.max(1, Math.min(MOST_ROWS, this.#region.rows - 3));
    const shown = rows.slice(0, rows.length > most ? most - 1 : most).map((row) => `${turn} ${row}`);
    if (rows.length > shown.length) shown.push(paint.dim(`  ... and ${plural(rows.length - shown.length, "more")}`));
    const { label } = this.#progress;
    const made = label === undefined ? "" : paint.colour("yellow", ` · ${label}`);
    const hint = this.#stopping ? " · stopping" : " · Ctrl-C stops";
    // What says that it is made up, and how to stop, goes before what is only counted.
    const counted = this.#counts(showDuration(now - this.#progress.started), this.#region.columns - widthOf(made) - widthOf(hint) - 2);
    this.#region.draw([...shown, `  ${paint.dim(counted)}${made}${paint.dim(hint)}`]);
  }

  /** As many of the counts as there is room for, what is spent first. */
  #counts(start: string, room: number): string {
    const { messages, modelCalls, toolCalls, inputTokens, outputTokens } = this.#progress;
    const counts: readonly (readonly [number, string])[] = [
      [inputTokens + outputTokens, "token"],
      [modelCalls, "model call"],
      [toolCalls, "tool call"],
      [messages, "message"],
    ];
    let text = start;
    for (const [count, noun] of counts) {
      const more = ` · ${plural(count, noun)}`;
      if (count > 0 && text.length + more.length <= room) text += more;
    }
    return text;
  }

  /** Who is at work: an agent that waits for its tools shows these instead. */
  #rows(now: number): string[] {
    const { paint } = this.#options;
    const { activities, tools } = this.#progress;
    const rows: string[] = [];
    const took = (since: number) => paint.dim(showDuration(now - since));
    for (const { agent, state, since, model, note } of activities) {
      const calls = tools.filter((call) => call.agent === agent);
      for (const call of calls) {
        const start = `${this.#name(agent)} ${call.tool}(`;
        rows.push(`${start}${shorten(oneLine(describeArguments(call.arguments)), this.#region.columns - widthOf(start) - 10)}) ${took(call.since)}`);
      }
      if (calls.length > 0) continue;
      if (state === "retrying")
        rows.push(`${this.#name(agent)} ${paint.colour("yellow", shorten(oneLine(note), this.#region.columns - widthOf(agent) - 14))} ${took(since)}`);
      else rows.push(`${this.#name(agent)} ${state} ${took(since)}${state === "thinking" ? paint.dim(` ${model}`) : ""}`);
    }
    return rows;
  }

  #name(agent: string): string {
    // What a flow comes to is nobody's alone.
    if (agent === "") return `${symbolOf("port", this.#options.unicode)} output`;
    const role = this.#roles.get(agent);
    if (role === undefined) return agent;
    return this.#options.paint.colour(colourOf(role), `${symbolOf(role, this.#options.unicode)} ${agent}`);
  }
}

const endLooks: Partial<Record<RunResult["stop"], readonly [mark: string, colour: Colour]>> = {
  done: ["✓", "green"],
  budget: ["■", "yellow"],
  limit: ["■", "yellow"],
  deadline: ["■", "yellow"],
  cancelled: ["■", "yellow"],
};
