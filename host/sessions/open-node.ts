import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { openInMemory } from "./open-memory.ts";
import type { OpenSessions, SessionSettings } from "./open-sessions.ts";

/** Every store that there is. Addresses of servers are the environment's: REDIS_URL, DATABASE_URL. */
export const openSessions: OpenSessions = async (settings) => {
  const { session, env, load } = settings;
  switch (session?.store ?? "file") {
    case "file":
      return new (await import("../stores/files.ts")).FileStore(folderOf(settings));
    case "sqlite":
      return openDatabase(folderOf(settings));
    case "redis":
      return new (await import("../stores/redis.ts")).RedisStore(env("REDIS_URL") || "redis://localhost:6379", { prefix: "aixlet:session:", load });
    case "postgres":
      return new (await import("../stores/postgres.ts")).PostgresStore(env("DATABASE_URL") || "postgres://localhost", { prefix: "aixlet_session_", load });
    default:
      return openInMemory(settings);
  }
};

/** `base_dir`, else AIXGO_SESSION_DIR, else ~/.aixgo/sessions. */
export function folderOf({ session, env }: Pick<SessionSettings, "session" | "env">): string {
  const named = session?.base_dir || env("AIXGO_SESSION_DIR") || "~/.aixgo/sessions";
  return named === "~" || /^~[/\\]/.test(named) ? join(homedir(), named.slice(1)) : resolve(named);
}

async function openDatabase(folder: string) {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new (await import("../stores/sqlite.ts")).SqliteStore(join(folder, "sessions.sqlite"));
}
