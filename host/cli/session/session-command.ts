import { AixletError } from "../../errors.ts";
import { folderOf } from "../../sessions/open-node.ts";
import { Sessions } from "../../sessions/sessions.ts";
import type { Session } from "../../sessions/types.ts";
import { SessionMissing } from "../../stores/errors.ts";
import { DONE } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { nearest } from "../nearest.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { plural } from "../plural.ts";
import { runCommand } from "../run/run-command.ts";
import { timeOf } from "../runs/list.ts";
import { openSessionStore } from "../store.ts";
import { oneLine, pad } from "../text.ts";
import { UsageError } from "../usage-error.ts";
import { showSession } from "./show.ts";

type Action = (io: Io, parsed: Parsed, sessions: Sessions, id: string, more: string | undefined) => Promise<number>;

/** What can be done with sessions in a store, each to one session but the list. */
const actions: Record<string, Action> = {
  list: listSessions,
  show: async (io, parsed, sessions, id) => showSession(io, parsed, await existing(sessions, id)),
  checkpoint: async (io, _, sessions, id) => {
    io.stdout.write(`${(await sessions.checkpoint(id)).sha256}\n`);
    return DONE;
  },
  restore: async (io, _, sessions, id, sha256) => {
    const { turns } = await sessions.restore(id, sha256);
    io.stderr.write(`The session ${oneLine(id)} has ${plural(turns.length, "turn")} again.\n`);
    return DONE;
  },
  delete: async (_, __, sessions, id) => {
    await existing(sessions, id);
    await sessions.delete(id);
    return DONE;
  },
};

/** `aixlet session` */
export async function sessionCommand(io: Io, parsed: Parsed): Promise<number> {
  const [name, id, ...rest] = parsed.files;
  const names = [...Object.keys(actions), "resume"];
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    throw new UsageError(
      `session cannot ${name}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
      `There are ${names.join(", ")}. See aixlet session --help`,
    );
  }
  if (name === "list" && id !== undefined)
    throw new UsageError(`session list takes no ID, and ${id} is one too many`, `Did you mean aixlet session show ${id}?`);
  if (name !== "list" && id === undefined) throw new UsageError(`session ${name} needs an ID`, "aixlet session list shows them.");
  if (name === "resume") return resume(io, parsed, id, rest);
  const most = name === "restore" ? 1 : 0;
  if (rest.length > most) throw new UsageError(`session ${name} takes one ID, and ${rest[most]} is one too many`);
  const store = await openSessionStore(io, parsed.value("sessions") ?? folderOf({ session: undefined, env: (variable) => io.env[variable] }));
  try {
    return await actions[name](io, parsed, new Sessions(async () => store), id, rest[0]);
  } catch (error) {
    if (AixletError.isInstance(error) && error.code === "session-missing")
      throw new UsageError(error.message, "aixlet session list shows those that there are; --sessions NAME says where.");
    throw error;
  } finally {
    await store.close();
  }
}

/** `aixlet session resume ID FILE...`: a run of these files that goes on with the session. */
async function resume(io: Io, parsed: Parsed, id: string, files: readonly string[]): Promise<number> {
  if (files.length === 0)
    throw new UsageError("session resume needs the FILE of agents to go on with", `Like this: aixlet session resume ${id} team.yaml --input "..."`);
  return runCommand(io, {
    files,
    has: (name) => name === "session" || parsed.has(name),
    value: (name) => (name === "session" ? id : parsed.value(name)),
    values: (name) => parsed.values(name),
  });
}

async function existing(sessions: Sessions, id: string): Promise<Session> {
  const session = await sessions.get(id);
  if (session === undefined) throw new SessionMissing(id);
  return session;
}

/** `aixlet session list`: what was said last first. */
async function listSessions(io: Io, parsed: Parsed, sessions: Sessions): Promise<number> {
  const found: Session[] = [];
  for await (const session of sessions.list({ user: parsed.value("user") })) found.push(session);
  found.sort((left, right) => right.updated - left.updated || (left.id < right.id ? -1 : 1));
  if (parsed.has("json")) {
    for (const { turns, checkpoints, ...about } of found)
      io.stdout.write(`${JSON.stringify({ ...about, turns: turns.length, checkpoints: checkpoints.length })}\n`);
    return DONE;
  }
  if (found.length === 0) io.stderr.write("There are no sessions in this store.\n");
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const wide = Math.max(0, ...found.map(({ id }) => oneLine(id).length));
  for (const { id, user, updated, agents, turns } of found) {
    const whose = user === "" ? "" : `  ${oneLine(user)}`;
    io.stdout.write(`${pad(oneLine(id), wide)}  ${paint.dim(timeOf(updated))}  ${plural(turns.length, "turn")}  ${agents.map(oneLine).join(", ")}${whose}\n`);
  }
  return DONE;
}
