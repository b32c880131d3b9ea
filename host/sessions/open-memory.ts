import { BadUsage } from "../errors.ts";
import { MemoryStore } from "../stores/memory.ts";
import type { OpenSessions } from "./open-sessions.ts";

/** Where nothing outlives the process but what the application brings along. */
export const openInMemory: OpenSessions = async ({ session }) => {
  if (session?.store === "memory") return new MemoryStore();
  throw new BadUsage(
    `This runtime has no store \`${session?.store ?? "file"}\` for sessions: give the engine one, as the option \`sessions\`, or write \`store: memory\`.`,
  );
};
