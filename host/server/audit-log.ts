import type { AuditRecord } from "../guard.ts";
import { Forwarder } from "./forwarder.ts";
import type { AuditSettings, ServiceWorld } from "./settings.ts";

/** Records that are kept in memory. */
const MOST = 1000;
/** RFC 5424: facility 10, security and authorisation; severity 6, informational, or 4, a warning. */
const FACILITY = 10 * 8;

/** Where records of who did what go: memory, lines of JSON, or the system's log; and on to others, if that is wished. */
export class AuditLog {
  readonly #settings: AuditSettings;
  readonly #world: ServiceWorld;
  readonly #forwarders: Forwarder[];
  readonly #recent: AuditRecord[] = [];
  #syslog: { send(line: string): void; close(): void } | undefined;

  private constructor(settings: AuditSettings, world: ServiceWorld) {
    this.#settings = settings;
    this.#world = world;
    this.#forwarders = settings.siem?.enabled === true ? Forwarder.open(settings.siem, world) : [];
  }

  static async open(settings: AuditSettings, world: ServiceWorld, syslogPort = 514): Promise<AuditLog> {
    const log = new AuditLog(settings, world);
    if (settings.backend === "syslog") log.#syslog = await openSyslog(syslogPort);
    return log;
  }

  /** The newest ones, the oldest of them first; only with the backend `memory`. */
  get recent(): readonly AuditRecord[] {
    return this.#recent;
  }

  take(record: AuditRecord): void {
    const line = JSON.stringify({ type: "audit", ...record, time: new Date(record.time).toISOString() });
    if (this.#settings.backend === "json") this.#world.log(line);
    else if (this.#syslog !== undefined) {
      const severity = record.outcome === "allowed" ? 6 : 4;
      this.#syslog.send(`<${FACILITY + severity}>1 ${new Date(record.time).toISOString()} - aixlet ${process.pid} audit - ${line}`);
    } else if (this.#recent.push(record) > MOST) this.#recent.shift();
    for (const forwarder of this.#forwarders) forwarder.take(line);
  }

  /** Sends on what waits. */
  async close(): Promise<void> {
    await Promise.all(this.#forwarders.map((forwarder) => forwarder.close()));
    this.#syslog?.close();
  }
}

/** The system's log on this machine takes messages by UDP. */
async function openSyslog(port: number): Promise<{ send(line: string): void; close(): void }> {
  const { createSocket } = await import("node:dgram");
  const socket = createSocket("udp4");
  socket.on("error", () => {});
  socket.unref();
  return { send: (line) => socket.send(line, port, "127.0.0.1"), close: () => socket.close() };
}
