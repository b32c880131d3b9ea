import type { Session, SessionPart } from "../../sessions/types.ts";
import { DONE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { timeOf } from "../runs/list.ts";
import { oneLine, pad, shorten } from "../text.ts";

/** `aixlet session show`: what was said, turn by turn, and the checkpoints. */
export function showSession(io: Io, parsed: Parsed, session: Session): number {
  const { id, user, created, updated, turns, checkpoints } = session;
  if (parsed.has("json")) {
    io.stdout.write(`${JSON.stringify(session)}\n`);
    return DONE;
  }
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const columns = io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
  const rows = [
    ["session", oneLine(id)],
    ["user", user === "" ? "-" : oneLine(user)],
    ["began", timeOf(created)],
    ["last", timeOf(updated)],
    ...checkpoints.map(({ sha256, time, turns }) => ["checkpoint", `${sha256}  ${timeOf(time)}  behind turn ${turns}`]),
  ];
  for (const [name, value] of rows) io.stdout.write(`${paint.dim(pad(name, 10))}  ${value}\n`);
  for (const [index, { agent, parts }] of turns.entries()) {
    for (const [line, part] of parts.entries()) {
      const lead = `${pad(line === 0 ? `${index + 1}` : "", 4)} ${pad(part.role === "user" ? "user" : oneLine(agent), 12)}  `;
      io.stdout.write(`${paint.dim(lead)}${shorten(wordsOf(part), columns - lead.length)}\n`);
    }
  }
  return DONE;
}

function wordsOf({ kind, text = "", name = "" }: SessionPart): string {
  switch (kind) {
    case "tool-call":
      return `calls ${name}(${oneLine(text)})`;
    case "tool-result":
      return `${name} gave: ${oneLine(text)}`;
    case "tool-error":
      return `${name} failed: ${oneLine(text)}`;
    default:
      return oneLine(text);
  }
}
