import type { Context, Hono } from "hono";
import type { streamSSE as StreamSSE } from "hono/streaming";
import type { Engine } from "../engine.ts";
import { AixletError, MissingPackage } from "../errors.ts";
import type { Verdict } from "../guard.ts";
import type { Run } from "../run.ts";
import type { RunEvent } from "../run-events.ts";
import { Counters } from "./counters.ts";
import { Doorkeeper, type Visitor } from "./doorkeeper.ts";
import { BadRequest, readRequest } from "./request.ts";
import { type ServiceWorld, settingsOf } from "./settings.ts";

/** An engine behind HTTP: a function from a request to its response, for any server that speaks so. */
export interface Service {
  fetch(request: Request): Promise<Response>;
  /** Cancels what runs for requests, and takes no more. */
  close(): void;
}

export interface ServiceOptions {
  /** Where the keys of the proxy's signatures are, if not at Google. */
  iapKeys?: string;
}

const statuses = { allowed: 200, unauthenticated: 401, forbidden: 403, limited: 429 } as const;

/**
 * Makes a service of an engine:
 * `POST /v1/runs` runs it on a message, `GET /health` and `/ready` tell how it is, `GET /metrics` what it has counted, if the definition wants that.
 * @throws BadUsage, MissingPackage
 */
export async function createService(engine: Engine, world: ServiceWorld, options: ServiceOptions = {}): Promise<Service> {
  const settings = settingsOf(engine.manifest);
  const doorkeeper = await Doorkeeper.hire(engine, settings, world, options.iapKeys);
  const { Hono, streamSSE } = await loadHono(world.load);
  const counters = new Counters();
  const live = new Set<Run>();
  let closed = false;
  const app = new Hono<{ Variables: { visitor: Visitor } }>();

  app.use(async (context, next) => {
    await next();
    counters.request(context.res.status);
    const { method, path } = context.req;
    const visitor = context.get("visitor") as Visitor | undefined;
    const who = visitor !== undefined && settings.logging?.include_identity === true && { principal: visitor.verdict.principal, identity: visitor.identity };
    if (path.startsWith("/v1/")) world.log(JSON.stringify({ type: "request", method, path, status: context.res.status, ...who }));
  });
  app.get("/health", (context) => context.json({ status: "ok" }));
  app.get("/ready", async (context) => {
    if (closed) return context.json({ status: "closing" }, 503);
    try {
      await engine.prepare();
      return context.json({ status: "ready" });
    } catch (error) {
      world.log(JSON.stringify({ type: "not-ready", reason: (error as Error).message }));
      return context.json({ status: "not ready" }, 503);
    }
  });
  if (settings.config?.enable_metrics === true)
    app.get("/metrics", async (context) => {
      const visitor = await doorkeeper.signIn(context.req.raw.headers);
      if (visitor.verdict.outcome !== "allowed") return turnAway(context, visitor.verdict);
      const verdict = doorkeeper.authorize(visitor, "read", "metrics");
      if (verdict.outcome !== "allowed") return turnAway(context, verdict);
      return context.text(counters.text(engine.liveRuns, engine.memoryBytes), 200, { "content-type": "text/plain; version=0.0.4" });
    });
  app.post("/v1/runs", async (context) => {
    const visitor = await doorkeeper.signIn(context.req.raw.headers);
    context.set("visitor", visitor);
    if (visitor.verdict.outcome !== "allowed") return turnAway(context, visitor.verdict);
    const { input, to, session, stream } = await readRequest(context.req.raw);
    const verdict = doorkeeper.authorize(visitor, "run", to === undefined ? "agents" : `agent/${to}`);
    if (verdict.outcome !== "allowed") return turnAway(context, verdict);
    if (closed) return context.json({ error: "closing", message: "the service is going down" }, 503);
    const { user } = visitor;
    const run = engine.run(input, { ...(to !== undefined && { to }), ...(session !== undefined && { session }), ...(user !== "" && { user }) });
    // Before the run begins, so that nothing of it is missed.
    const events = stream ? run[Symbol.asyncIterator]() : undefined;
    live.add(run);
    const cancel = () => run.cancel("nobody waits for the answer any more");
    context.req.raw.signal.addEventListener("abort", cancel, { once: true });
    const over = () => {
      live.delete(run);
      context.req.raw.signal.removeEventListener("abort", cancel);
    };
    if (events !== undefined) return streamSSE(context, (to) => tell(run.id, events, to, cancel, counters).finally(over));
    try {
      const { stop, message, path, text, outputs, usage, cost, counters: counts } = await run.result;
      counters.run(await run.result);
      const told = { id: run.id, stop, text, outputs, usage, cost, counters: counts };
      return stop === "done" ? context.json(told) : context.json({ ...told, message, path }, 500);
    } finally {
      over();
    }
  });
  app.notFound((context) => context.json({ error: "not-found", message: "there is POST /v1/runs, GET /health and GET /ready" }, 404));
  app.onError((error, context) => {
    if (error instanceof BadRequest) return context.json({ error: "bad-request", message: error.message }, error.status);
    if (AixletError.isInstance(error) && ["bad-usage", "event-refused", "session-missing"].includes(error.code))
      return context.json({ error: error.code, message: error.message }, 400);
    world.log(JSON.stringify({ type: "error", message: error.message, ...(AixletError.isInstance(error) && { code: error.code }) }));
    return context.json({ error: "internal", message: "something went wrong here" }, 500);
  });
  return {
    fetch: async (request) => app.fetch(request),
    close: () => {
      closed = true;
      for (const run of live) run.cancel("the service is going down");
    },
  };
}

function turnAway(context: Context, { outcome, reason, wait }: Verdict): Response {
  if (outcome === "unauthenticated") context.header("www-authenticate", "Bearer");
  if (outcome === "limited") context.header("retry-after", String(Math.ceil(wait / 1000)));
  return context.json({ error: outcome, message: reason }, statuses[outcome]);
}

type Stream = Parameters<Parameters<typeof StreamSSE>[1]>[0];

/** Every event as a server-sent one of its own name; `finished` is the last. */
async function tell(id: string, events: AsyncIterator<RunEvent>, to: Stream, cancel: () => void, counters: Counters): Promise<void> {
  to.onAbort(cancel);
  try {
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      const { type, ...event } = next.value;
      if (next.value.type === "finished") counters.run(next.value);
      await to.writeSSE({ event: type, data: JSON.stringify(type === "finished" ? { id, ...event } : event) });
    }
  } catch (error) {
    await to.writeSSE({
      event: "error",
      data: JSON.stringify({ error: AixletError.isInstance(error) ? error.code : "internal", message: (error as Error).message }),
    });
  }
}

async function loadHono(load: ServiceWorld["load"]): Promise<{ Hono: typeof Hono; streamSSE: typeof StreamSSE }> {
  try {
    const [{ Hono: App }, { streamSSE }] = (await Promise.all([load("hono"), load("hono/streaming")])) as [
      { Hono: typeof Hono },
      { streamSSE: typeof StreamSSE },
    ];
    return { Hono: App, streamSSE };
  } catch (error) {
    throw new MissingPackage("hono", "A service needs the package hono: npm install hono", error);
  }
}
