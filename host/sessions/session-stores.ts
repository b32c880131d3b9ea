import type { Definition } from "../definition/schema/definition.ts";
import type { Store } from "../stores/store.ts";
import { EngineSessions } from "./engine-sessions.ts";
import type { OpenSessions, SessionSettings } from "./open-sessions.ts";
import { Sessions } from "./sessions.ts";

/** An engine's sessions, by where its definitions keep them: runs that come back may be of other definitions than its own. */
export class SessionStores {
  readonly #open: OpenSessions;
  readonly #given: Store | undefined;
  readonly #settings: Omit<SessionSettings, "session">;
  readonly #now: () => number;
  readonly #opened = new Map<string, EngineSessions>();

  /** `given`: the application's own store, which is not closed. */
  constructor(open: OpenSessions, given: Store | undefined, now: () => number, settings: Omit<SessionSettings, "session">) {
    this.#open = open;
    this.#given = given;
    this.#now = now;
    this.#settings = settings;
  }

  of(session: Definition["session"]): EngineSessions {
    const key = this.#given !== undefined ? "" : JSON.stringify([session?.store, session?.base_dir]);
    let sessions = this.#opened.get(key);
    if (sessions === undefined) {
      const open = async () => this.#given ?? (await this.#open({ session, ...this.#settings }));
      this.#opened.set(key, (sessions = new EngineSessions(new Sessions(open, this.#now), this.#now)));
    }
    return sessions;
  }

  async close(): Promise<void> {
    for (const sessions of this.#opened.values()) {
      await sessions.close();
      if (this.#given === undefined) await sessions.kept.close();
    }
  }
}
