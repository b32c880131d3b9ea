import { BadUsage } from "../errors.ts";
import { type AuditSettings, reveal, type ServiceWorld } from "./settings.ts";

/** Records that wait to be sent; beyond it the oldest go, and how many is logged. */
const MOST_WAITING = 10_000;
/** Milliseconds that one message may take. */
const PATIENCE = 10_000;

interface Target {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: (lines: readonly string[]) => string;
}

/** Sends records on in batches: to any address, to Elasticsearch or to Splunk, each at its own pace. What cannot be sent waits for the next time. */
export class Forwarder {
  readonly #target: Target;
  readonly #world: ServiceWorld;
  readonly #size: number;
  readonly #wait: number;
  #lines: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;

  private constructor(target: Target, { batch_size = 100, flush_interval = 5000 }: NonNullable<AuditSettings["siem"]>, world: ServiceWorld) {
    this.#target = target;
    this.#world = world;
    this.#size = batch_size;
    this.#wait = flush_interval;
  }

  /** One for each place that the definition names. @throws BadUsage */
  static open(settings: NonNullable<AuditSettings["siem"]>, world: ServiceWorld): Forwarder[] {
    const targets = targetsOf(settings, world);
    if (targets.length === 0) throw new BadUsage("audit.siem is on and has nowhere to send to: give it `webhook.url`, `elasticsearch.urls` or `splunk.url`.");
    return targets.map((target) => new Forwarder(target, settings, world));
  }

  take(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > MOST_WAITING) {
      const lost = this.#lines.length - MOST_WAITING / 2;
      this.#lines.splice(0, lost);
      this.#world.log(JSON.stringify({ type: "audit-lost", records: lost }));
    }
    if (this.#lines.length >= this.#size) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), this.#wait).unref();
  }

  /** Sends what waits, batch by batch; one message is under way at a time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#lines.length > 0) {
      const batch = this.#lines.splice(0, this.#size);
      if (await this.#tell(this.#target, batch)) continue;
      this.#lines.unshift(...batch);
      this.#timer ??= setTimeout(() => void this.flush(), this.#wait).unref();
      return;
    }
  }

  async #tell({ url, method, headers, body }: Target, lines: readonly string[]): Promise<boolean> {
    try {
      const response = await fetch(url, { method, headers, body: body(lines), signal: AbortSignal.timeout(PATIENCE) });
      await response.arrayBuffer();
      if (response.ok) return true;
      this.#world.log(JSON.stringify({ type: "audit-not-sent", to: new URL(url).host, status: response.status }));
      // What it will never take is not tried for ever.
      return response.status >= 400 && response.status < 500 && response.status !== 429 && response.status !== 408;
    } catch (error) {
      this.#world.log(JSON.stringify({ type: "audit-not-sent", to: new URL(url).host, reason: (error as Error).message }));
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#sending;
    await this.flush();
    clearTimeout(this.#timer);
  }
}

function targetsOf({ webhook, elasticsearch, splunk }: NonNullable<AuditSettings["siem"]>, { env }: ServiceWorld): Target[] {
  for (const each of [webhook, elasticsearch, splunk])
    if (each?.tls_verify === false)
      throw new BadUsage("Certificates are always checked: set NODE_EXTRA_CA_CERTS to one of your own, and leave `tls_verify` away.");
  const json = { "content-type": "application/json" };
  const targets: Target[] = [];
  if (webhook?.url) {
    const own = Object.fromEntries(Object.entries(webhook.headers ?? {}).map(([name, value]) => [name, reveal(value, env)]));
    targets.push({ url: webhook.url, method: webhook.method ?? "POST", headers: { ...json, ...own }, body: (lines) => `[${lines.join(",")}]` });
  }
  const [server] = elasticsearch?.urls ?? [];
  if (elasticsearch !== undefined && server !== undefined) {
    const { username, password = "", index = "aixlet-audit" } = elasticsearch;
    const own: Record<string, string> = { "content-type": "application/x-ndjson" };
    if (username !== undefined) own.authorization = `Basic ${Buffer.from(`${username}:${reveal(password, env)}`).toString("base64")}`;
    const action = JSON.stringify({ create: { _index: index } });
    targets.push({ url: new URL("/_bulk", server).href, method: "POST", headers: own, body: (lines) => lines.map((line) => `${action}\n${line}\n`).join("") });
  }
  if (splunk?.url) {
    const { url, token = "", index, source = "aixlet" } = splunk;
    const own = { ...json, authorization: `Splunk ${reveal(token, env)}` };
    const event = (line: string) => `{"event":${line},"source":${JSON.stringify(source)}${index === undefined ? "" : `,"index":${JSON.stringify(index)}`}}`;
    targets.push({ url: new URL("/services/collector/event", url).href, method: "POST", headers: own, body: (lines) => lines.map(event).join("") });
  }
  return targets;
}
