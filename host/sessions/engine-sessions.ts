import { ModelFailure } from "../models/failure.ts";
import { AixletError } from "../errors.ts";
import { MemoryStore } from "../stores/memory.ts";
import { Sessions } from "./sessions.ts";

/** What an engine's runs use: sessions that are kept, and those that live as long as the process. */
export class EngineSessions {
  readonly kept: Sessions;
  readonly #light: Sessions;

  constructor(kept: Sessions, now: () => number) {
    this.kept = kept;
    this.#light = new Sessions(async () => new MemoryStore(), now);
  }

  /** What the core is told of a session. */
  async recall(id: string, turns: number): Promise<{ user: string; checkpointed: number; turns: string[] }> {
    const [kept, light] = await passing(() => Promise.all([this.kept.read(id), this.#light.read(id)]));
    return {
      user: kept?.user || light?.user || "",
      checkpointed: kept?.checkpointed ?? 0,
      turns: [...(kept?.latest(turns) ?? []), ...(light?.latest(turns) ?? [])],
    };
  }

  async keep(
    key: string,
    { session, user, turn, lightweight, checkpoint }: { session: string; user: string; turn: string; lightweight: boolean; checkpoint: boolean },
  ): Promise<void> {
    await passing(() => (lightweight ? this.#light : this.kept).keep(session, user, key, turn, checkpoint));
  }

  async close(): Promise<void> {
    await this.#light.close();
  }
}

/** A store that is busy or cannot be reached may be asked again; one that is damaged or cannot be had may not. */
async function passing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (AixletError.isInstance(error) && ["store-failed", "run-locked", "run-fenced"].includes(error.code))
      throw new ModelFailure("server-error", error.message, { cause: error });
    throw error;
  }
}
