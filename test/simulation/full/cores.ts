import { Core } from "../../../host/core/core.ts";
import * as protocol from "../../../host/protocol/index.ts";

/** More than any clock here is ahead. */
const AHEAD = 60_000;

/** Cores of processes that have died, for those to come: making one costs more than most runs do. */
export class Cores {
  readonly #module: WebAssembly.Module;
  readonly #free: { core: Core; seen: number }[] = [];

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** One that has seen no later time than now, since time never goes back in a core. */
  take(now: number): Core {
    const place = this.#free.findIndex(({ seen }) => seen <= now);
    if (place < 0) return new Core(this.#module);
    const [{ core }] = this.#free.splice(place, 1);
    return core;
  }

  /** Takes a core back that has one definition and at most this run. */
  leave(core: Core, run: number, now: number): void {
    if (core.trapped !== undefined || this.#free.length > 16) return;
    core.events.again();
    if (run !== 0) protocol.writeDrop(core.events, { run });
    protocol.writeForget(core.events, { definition: 1 });
    core.step(0);
    this.#free.push({ core, seen: now + AHEAD });
  }
}
