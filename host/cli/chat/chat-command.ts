import { createInterface } from "node:readline";
import type { ApprovalRequest } from "../../approval.ts";
import { AixletError } from "../../errors.ts";
import { catalogue } from "../../prices/catalogue.ts";
import { DONE, exitCodeOf, exitCodeOfSignal, PIPE_CLOSED } from "../exit-codes.ts";
import type { Interrupt, Io } from "../io.ts";
import { paintFor, plain } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { describeArguments } from "../run/phrases.ts";
import { readInput } from "../run/run-command.ts";
import { oneLine } from "../text.ts";
import { hasUnicode } from "../unicode.ts";
import { UsageError } from "../usage-error.ts";
import { Answering } from "./answering.ts";
import { JsonChatView } from "./json-chat-view.ts";
import { Prompt } from "./prompt.ts";
import { completeSlash, errorLines, performSlash } from "./slash.ts";
import { Talk } from "./talk.ts";
import { TextChatView } from "./text-chat-view.ts";
import type { ChatView } from "./view.ts";

/** `aixlet chat` */
export async function chatCommand(io: Io, parsed: Parsed): Promise<number> {
  checkTogether(parsed);
  const once = parsed.value("prompt");
  const atTerminal = once === undefined && !parsed.has("json") && io.stdin.isTTY && io.stdout.isTTY === true;
  return atTerminal ? atPrompt(io, parsed) : inPipe(io, parsed, once);
}

function checkTogether(parsed: Parsed): void {
  if (parsed.has("script") && parsed.has("model")) throw new UsageError("--script and --model both say who answers", "Give one of them.");
  if (parsed.has("provider") && !parsed.has("model")) throw new UsageError("--provider says who has the model that --model names", "Give --model, too.");
  if (parsed.files.includes("-") && parsed.value("prompt") === undefined)
    throw new UsageError("the definition and the messages cannot both come from stdin", "Give the message by -p TEXT.");
}

/** A message, or a line a message: answers and nothing else go to stdout. */
async function inPipe(io: Io, parsed: Parsed, once: string | undefined): Promise<number> {
  const approve = () => (parsed.has("yes") ? true : { approved: false, reason: "nobody is there to approve it; `aixlet chat --yes` does" });
  const talk = await Talk.begin(io, parsed, false, approve);
  const view: ChatView = parsed.has("json")
    ? new JsonChatView(io.stdout, io.now)
    : new TextChatView(io.stdout, io.stderr, paintFor(io.stderr, io.env, parsed.has("no-color")), false);
  const answering = new Answering(talk, view);
  let ended: number | undefined;
  const lines = once === undefined ? createInterface({ input: io.stdin.stream, crlfDelay: Number.POSITIVE_INFINITY }) : undefined;
  const end = (code: number) => {
    if (ended !== undefined) return io.exit(ended);
    ended = code;
    answering.cancel("interrupted");
    lines?.close();
  };
  const deaf = io.onInterrupt((signal) => end(exitCodeOfSignal(signal)));
  io.onClosed(() => end(PIPE_CLOSED));
  let worst = DONE;
  try {
    view.begin(talk);
    for await (const line of lines ?? [once === "-" ? await readInput(io, parsed) : (once as string)]) {
      if (ended !== undefined) break;
      const code = await oneLineOf(line, once === undefined, talk, view, answering, io);
      if (code === undefined) break;
      worst ||= code;
    }
    return ended ?? worst;
  } finally {
    deaf();
    lines?.close();
    await talk.close();
  }
}

/** What a line came to, as an exit code; undefined: the chat is over. */
async function oneLineOf(line: string, slashes: boolean, talk: Talk, view: ChatView, answering: Answering, io: Io): Promise<number | undefined> {
  if (line.trim() === "") return DONE;
  try {
    if (slashes && /^\/[^/]/.test(line)) {
      const lines = await performSlash(line, talk, io);
      if (lines !== undefined) view.note(lines);
      return lines === undefined ? undefined : DONE;
    }
    const { stop } = await answering.say(slashes ? line.replace(/^\/\//, "/") : line);
    return exitCodeOf(stop);
  } catch (error) {
    // A core that has failed answers nobody any more.
    if (AixletError.isInstance(error) && error.code === "engine-trapped") throw error;
    view.note(errorLines(error), "red");
    return exitCodeOf("failed");
  }
}

/** Somebody at a terminal. */
async function atPrompt(io: Io, parsed: Parsed): Promise<number> {
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const view = new TextChatView(io.stdout, io.stdout, paint, true);
  let prompt: Prompt | undefined;
  let questions = Promise.resolve(false);
  const approve = ({ agent, tool, arguments: json }: ApprovalRequest) => {
    if (parsed.has("yes")) return true;
    const question = `${oneLine(agent)} asks to call ${oneLine(tool)}(${oneLine(describeArguments(json))})`;
    // One after the other.
    questions = questions.then(async () => {
      view.note([]);
      return (await prompt?.confirm(question, answering.signal)) === true;
    });
    return questions.then((approved) => (approved ? true : { approved: false, reason: "the user said no" }));
  };
  const talk = await Talk.begin(io, parsed, true, approve);
  const answering = new Answering(talk, view);
  let pressed = 0;
  let killed: Interrupt | undefined;
  const interrupted = (typed: boolean) => {
    if (typed) {
      pressed = 0;
      return prompt?.again();
    }
    if (++pressed > 1) {
      killed = "SIGINT";
      // What does not listen is left behind.
      if (answering.isUnderWay) io.exit(exitCodeOfSignal(killed));
      return prompt?.close();
    }
    if (answering.isUnderWay) return answering.cancel("interrupted");
    view.note(["", "Ctrl-C again ends the chat."], "yellow");
    prompt?.again();
  };
  const names = catalogue.models.map(({ model }) => model);
  const deaf = io.onInterrupt((signal) => {
    killed = signal;
    answering.cancel("interrupted");
    prompt?.close();
  });
  try {
    view.begin(talk);
    const mark = paint === plain || !hasUnicode(io.env) ? "> " : "› ";
    prompt = new Prompt(io, mark, (line) => completeSlash(line, names), interrupted);
    for (;;) {
      const line = await prompt.next();
      // The cursor stands behind the prompt.
      if (line === undefined) view.note([""]);
      pressed = 0;
      if (line === undefined || (await oneLineOf(line, true, talk, view, answering, io)) === undefined) break;
    }
    if (talk.isKept && (await talk.history()) !== undefined) {
      const files = parsed.files.map((file) => `${file} `).join("");
      view.note([`Go on with it: aixlet chat ${files}--session ${talk.session}`]);
    }
    return killed === undefined ? DONE : exitCodeOfSignal(killed);
  } finally {
    prompt?.close();
    deaf();
    await talk.close();
  }
}
