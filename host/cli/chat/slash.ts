import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { AixletError } from "../../errors.ts";
import type { Session, SessionPart } from "../../sessions/types.ts";
import { reasonOf } from "../files.ts";
import type { Io } from "../io.ts";
import { nearest } from "../nearest.ts";
import { oneLine } from "../text.ts";
import { UsageError } from "../usage-error.ts";
import type { Talk } from "./talk.ts";

interface Slash {
  usage: string;
  about: string;
  /** Lines for people; undefined: the chat is over. @throws UsageError and errors of the engine, which are told */
  perform(talk: Talk, io: Io, words: readonly string[]): Promise<readonly string[] | undefined> | readonly string[] | undefined;
}

/** What can be said to the chat itself; help and completion follow from this table. */
export const slashes: Record<string, Slash> = {
  model: { usage: "/model [NAME [PROVIDER]]", about: "which model answers; with a name, another one from now on", perform: model },
  cost: { usage: "/cost", about: "what this chat has used", perform: ({ totals }) => totals.lines() },
  save: { usage: "/save [FILE]", about: "mark how the conversation stands; with a file, write it down there as Markdown", perform: save },
  clear: { usage: "/clear", about: "begin a new conversation; the old one stays where it is kept", perform: clear },
  history: { usage: "/history", about: "what was said in this conversation", perform: history },
  tools: { usage: "/tools", about: "which tools the agents have", perform: tools },
  help: { usage: "/help", about: "show this; a message that begins with a slash is written with two", perform: help },
  quit: { usage: "/quit", about: "end the chat; so does Ctrl-D", perform: () => undefined },
};

/** Does what a line such as `/model gpt-5` says. @throws UsageError */
export async function performSlash(line: string, talk: Talk, io: Io): Promise<readonly string[] | undefined> {
  const [name, ...words] = line.slice(1).trim().split(/\s+/);
  if (!Object.hasOwn(slashes, name)) {
    const meant = nearest(name, Object.keys(slashes));
    throw new UsageError(
      `unknown command /${name}${meant === undefined ? "" : ` (did you mean /${meant}?)`}`,
      "/help shows all; a message that begins with a slash is written with two.",
    );
  }
  return slashes[name].perform(talk, io, words);
}

/** What a line can be completed to, and the part of it that is replaced: the form that node:readline wants. */
export function completeSlash(line: string, models: readonly string[]): [string[], string] {
  const about = /^\/model\s+(\S*)$/.exec(line);
  if (about !== null) return [models.filter((name) => name.startsWith(about[1])), about[1]];
  if (!/^\/\w*$/.test(line)) return [[], line];
  const names = Object.keys(slashes).map((name) => `/${name}`);
  return [names.filter((name) => name.startsWith(line)), line];
}

/** Lines of a conversation: who said what, calls of tools among it. */
export function historyLines({ turns }: Session): string[] {
  return turns.flatMap(({ agent, parts }) => parts.flatMap((part) => partLine(agent, part)));
}

function partLine(agent: string, { role, kind = "text", text = "", name = "" }: SessionPart): string[] {
  switch (kind) {
    case "reasoning":
      return [];
    case "tool-call":
      return [`  ${agent} calls ${name}(${oneLine(text)})`];
    case "tool-result":
      return [`  ${name} gave: ${oneLine(text)}`];
    case "tool-error":
      return [`  ${name} failed: ${oneLine(text)}`];
    default:
      return [`${role === "user" ? "you" : agent}: ${text}`];
  }
}

async function model(talk: Talk, _: Io, [name, provider]: readonly string[]): Promise<readonly string[]> {
  if (name !== undefined) await talk.change(name, provider);
  if (talk.standIn !== "") return [`Every model is ${talk.standIn}.`];
  return [`${name === undefined ? "The model is" : "From now on the model is"} ${talk.models.join(", ")}.`];
}

async function save(talk: Talk, io: Io, [file]: readonly string[]): Promise<readonly string[]> {
  if (file === undefined) {
    if (!talk.isKept) throw new UsageError("this conversation is kept nowhere", "/save FILE writes it down; aixlet chat --session ID keeps one.");
    if ((await talk.history()) === undefined) return nothing;
    const sha256 = await talk.mark();
    return [`Marked as ${sha256.slice(0, 12)}: aixlet session restore ${talk.session} ${sha256.slice(0, 12)} brings it back to this.`];
  }
  const session = await talk.history();
  if (session === undefined) return nothing;
  try {
    // What is there already is somebody's.
    await writeFile(resolve(io.cwd, file), asMarkdown(session), { flag: "wx" });
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new UsageError(`cannot write ${file}: ${there ? "it is there already" : reasonOf(error)}`);
  }
  return [`The conversation is in ${file}.`];
}

function clear(talk: Talk): readonly string[] {
  const before = talk.session;
  talk.clear();
  return [talk.isKept ? `A new conversation, ${talk.session}. The old one is ${before}.` : "A new conversation."];
}

async function history(talk: Talk): Promise<readonly string[]> {
  const session = await talk.history();
  return session === undefined || session.turns.length === 0 ? nothing : historyLines(session);
}

function tools({ manifest }: Talk): readonly string[] {
  const lines = (manifest.definition.agents ?? []).flatMap(({ name: agent, tools: own = [] }) =>
    own.map((tool) => {
      const { name, description = "", confirm } = tool as typeof tool & { confirm?: boolean };
      return `${agent}: ${name}${description === "" ? "" : `, ${oneLine(description)}`}${confirm === true ? " (asks before each call)" : ""}`;
    }),
  );
  return lines.length === 0 ? ["The agents have no tools."] : lines;
}

function help(): readonly string[] {
  const wide = Math.max(...Object.values(slashes).map(({ usage }) => usage.length));
  return Object.values(slashes).map(({ usage, about }) => `${usage.padEnd(wide)}  ${about}`);
}

function asMarkdown(session: Session): string {
  const turns = session.turns.flatMap(({ agent, parts }) =>
    parts.flatMap((part) => {
      const { role, kind = "text", text = "" } = part;
      if (kind === "text") return [`**${role === "user" ? "You" : agent}**\n\n${text}\n`];
      return partLine(agent, part).map((line) => `> ${line.trim()}\n`);
    }),
  );
  return `# ${session.id}\n\n${turns.join("\n")}`;
}

const nothing: readonly string[] = ["Nothing has been said yet."];

/** What an error says, for people, in lines. */
export function errorLines(error: unknown): string[] {
  if (error instanceof UsageError) return [error.message, ...(error.wayOut === "" ? [] : [`  ${error.wayOut}`])];
  if (AixletError.isInstance(error)) return [error.message];
  throw error;
}
