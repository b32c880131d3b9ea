import {
  type Attributes,
  type Context,
  context,
  type Counter,
  type Histogram,
  metrics,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { HostAgent } from "./agents.ts";
import type { CanonicalDefinition } from "./manifest.ts";
import type { ChatModel } from "./models/types.ts";
import type * as protocol from "./protocol/index.ts";
import { providerName } from "./provider-names.ts";
import type { Run } from "./run.ts";

// Spans and metrics by OpenTelemetry's GenAI conventions: docs/telemetry.md. Which spans there are, and under which, is the core's to say;
// here they get their names. Nothing is sent unless the application has set up an exporter.

/** The spans of a run, by the core's ids. */
interface Tracing {
  spans: Map<number, Span>;
  root: Span;
  /** What the run's own span stands under. */
  outer: Context;
}

interface Instruments {
  tokens: Histogram;
  durations: Record<protocol.SpanKind, Histogram>;
  counters: [key: keyof protocol.Counters, counter: Counter][];
}

/** Something under way that is measured, and what its end is told with. */
interface Measured {
  time: number;
  attributes: Attributes;
}

export class Telemetry {
  readonly #tracer: Tracer;
  readonly #workflow: string;
  readonly #runs = new Map<Run, Tracing>();
  /** When runs began, if that is measured. */
  readonly #began = new Map<Run, number>();
  readonly #measured = new Map<number, Measured>();
  /** What was active when a run was asked for, unless nothing was: it begins later, in nobody's context. */
  readonly #asked = new WeakMap<Run, Context>();
  #agents: readonly HostAgent[] = [];
  #tracing = true;
  #metrics = false;
  /** Of the provider of metrics that is registered now. */
  #instruments: Instruments | undefined;
  #provider: unknown;

  constructor(workflow: string) {
    this.#tracer = trace.getTracer("aixlet");
    this.#workflow = workflow;
  }

  /** Spans unless the definition says no, metrics if it says yes. */
  serve(agents: readonly HostAgent[], config: CanonicalDefinition["config"]): void {
    this.#agents = agents;
    this.#tracing = config?.enable_tracing !== false;
    this.#metrics = config?.enable_metrics === true;
  }

  /** Whether somebody records the spans of this run, or measures it. */
  traces(run: Run): boolean {
    return this.#metrics || this.#runs.has(run);
  }

  /** Somebody asks for a run: what it will stand under is what is active now. */
  ask(run: Run): void {
    if (!this.#tracing) return;
    const active = context.active();
    if (active !== ROOT_CONTEXT) this.#asked.set(run, active);
  }

  begin(run: Run, time: number): void {
    if (this.#metrics) {
      this.#meet();
      this.#began.set(run, time);
    }
    if (!this.#tracing) return;
    const outer = this.#asked.get(run) ?? ROOT_CONTEXT;
    const attributes = { "gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": this.#workflow, "gen_ai.conversation.id": run.id };
    const root = this.#tracer.startSpan(`invoke_workflow ${this.#workflow}`, { kind: SpanKind.INTERNAL, startTime: new Date(time), attributes }, outer);
    if (root.isRecording()) this.#runs.set(run, { spans: new Map(), root, outer });
  }

  startSpan(run: Run, command: protocol.SpanStartCommand, time: number): void {
    // The workflow's span is begun with the run.
    if (command.operation === "workflow") return;
    if (command.operation === "node") {
      const attributes: Attributes = { "gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": command.name };
      return this.#open(run, command, `invoke_workflow ${command.name}`, SpanKind.INTERNAL, time, attributes, {});
    }
    const attributes: Attributes = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": command.name };
    this.#open(run, command, `invoke_agent ${command.name}`, SpanKind.INTERNAL, time, attributes, { "gen_ai.agent.id": command.name });
  }

  callModel(run: Run, command: protocol.CallModelCommand, model: ChatModel, time: number): void {
    if (!this.traces(run)) return;
    const attributes: Attributes = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": providerName(model), "gen_ai.request.model": model.model };
    this.#open(run, command, `chat ${model.model}`, SpanKind.CLIENT, time, attributes, { "gen_ai.agent.name": this.#agents[command.agent]?.name ?? "" });
  }

  callTool(run: Run, command: protocol.CallToolCommand, time: number): void {
    if (!this.traces(run)) return;
    const attributes: Attributes = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": command.name };
    this.#open(run, command, `execute_tool ${command.name}`, SpanKind.INTERNAL, time, attributes, {
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": command.id,
    });
  }

  search(run: Run, command: protocol.SearchCommand | protocol.IndexCommand, time: number): void {
    if (!this.traces(run)) return;
    const attributes: Attributes = { "gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": command.collection };
    this.#open(run, command, `retrieval ${command.collection}`.trim(), SpanKind.CLIENT, time, attributes, {});
  }

  /** Does something inside a span, so that the spans it makes, such as those of HTTP, stand under it. */
  within<T>(run: Run, span: number, work: () => T): T {
    const tracing = this.#runs.get(run);
    const around = tracing?.spans.get(span);
    return tracing === undefined || around === undefined ? work() : context.with(trace.setSpan(tracing.outer, around), work);
  }

  endSpan(run: Run, command: protocol.SpanEndCommand, time: number): void {
    if (command.operation !== "workflow") this.#measure(command, time);
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    const span = command.operation === "workflow" ? tracing.root : tracing.spans.get(command.span);
    if (span === undefined) return;
    if (command.operation === "chat" && command.ok) {
      const { usage } = command;
      span.setAttributes({
        "gen_ai.usage.input_tokens": usage.input,
        "gen_ai.usage.output_tokens": usage.output,
        "gen_ai.usage.cache_read.input_tokens": usage.cachedRead,
        "gen_ai.usage.cache_creation.input_tokens": usage.cachedWrite,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
      });
    }
    if (!command.ok) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", command.error);
    }
    // The workflow's ends when the run does.
    if (span === tracing.root) return;
    tracing.spans.delete(command.span);
    span.end(new Date(time));
  }

  end(run: Run, finished: protocol.FinishedCommand, time: number): void {
    if (this.#metrics) this.#measureRun(run, finished, time);
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    this.#runs.delete(run);
    for (const span of tracing.spans.values()) span.end(new Date(time));
    tracing.root.setAttribute("aixlet.stop", finished.stop);
    tracing.root.end(new Date(time));
  }

  /** The engine failed under a run, or let go of it. */
  drop(run: Run, time: number, why = "trapped"): void {
    this.#began.delete(run);
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    this.#runs.delete(run);
    for (const span of [...tracing.spans.values(), tracing.root]) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", why);
      span.end(new Date(time));
    }
  }

  /** Begins a span; with `more` it says what is too much for a measure. */
  #open(
    run: Run,
    { span, parent }: { span: number; parent: number },
    name: string,
    kind: SpanKind,
    time: number,
    attributes: Attributes,
    more: Attributes,
  ): void {
    if (this.#metrics) this.#measured.set(span, { time, attributes });
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    const under = trace.setSpan(tracing.outer, tracing.spans.get(parent) ?? tracing.root);
    tracing.spans.set(span, this.#tracer.startSpan(name, { kind, startTime: new Date(time), attributes: { ...attributes, ...more } }, under));
  }

  /** Unlike a tracer, an instrument that was made before the application registered its provider stays deaf. */
  #meet(): void {
    const provider = metrics.getMeterProvider();
    if (provider === this.#provider) return;
    this.#provider = provider;
    const meter = provider.getMeter("aixlet");
    const duration = (name: string, description: string): Histogram =>
      meter.createHistogram(name, { unit: "s", description, advice: { explicitBucketBoundaries: powers(0.01, 2) } });
    this.#instruments = {
      tokens: meter.createHistogram("gen_ai.client.token.usage", {
        unit: "{token}",
        description: "Tokens of a model call",
        advice: { explicitBucketBoundaries: powers(1, 4) },
      }),
      durations: {
        workflow: duration("gen_ai.workflow.duration", "Duration of a run"),
        agent: duration("gen_ai.invoke_agent.duration", "Duration of an agent's work on a message"),
        chat: duration("gen_ai.client.operation.duration", "Duration of a model call"),
        tool: duration("gen_ai.execute_tool.duration", "Duration of a tool call"),
        retrieval: duration("gen_ai.retrieval.duration", "Duration of a search"),
        node: duration("gen_ai.invoke_workflow.duration", "Duration of a node of a flow"),
      },
      counters: counted.map(([key, name, description]) => [key, meter.createCounter(name, { description })]),
    };
  }

  #measure(command: protocol.SpanEndCommand, time: number): void {
    const begun = this.#measured.get(command.span);
    if (begun === undefined) return;
    this.#measured.delete(command.span);
    const { attributes } = begun;
    if (!command.ok) attributes["error.type"] = command.error;
    this.#instruments?.durations[command.operation].record((time - begun.time) / 1000, attributes);
    if (!command.ok || command.operation !== "chat") return;
    this.#instruments?.tokens.record(command.usage.input, { ...attributes, "gen_ai.token.type": "input" });
    this.#instruments?.tokens.record(command.usage.output, { ...attributes, "gen_ai.token.type": "output" });
  }

  #measureRun(run: Run, finished: protocol.FinishedCommand, time: number): void {
    const began = this.#began.get(run);
    this.#began.delete(run);
    if (began === undefined || this.#instruments === undefined) return;
    const attributes: Attributes = { "gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": this.#workflow };
    for (const [key, counter] of this.#instruments.counters) if (finished.counters[key] > 0) counter.add(finished.counters[key], attributes);
    if (finished.stop !== "done") attributes["error.type"] = finished.stop;
    this.#instruments.durations.workflow.record((time - began) / 1000, attributes);
  }
}

const counted: [key: keyof protocol.Counters, name: string, description: string][] = [
  ["activations", "aixlet.activations", "Messages that agents worked on"],
  ["modelCalls", "aixlet.model_calls", "Calls of models"],
  ["toolCalls", "aixlet.tool_calls", "Calls of tools"],
  ["retries", "aixlet.retries", "Attempts that came after a failed one"],
  ["timeouts", "aixlet.timeouts", "Attempts that took too long"],
  ["dropped", "aixlet.dropped", "Messages that full mailboxes dropped"],
  ["late", "aixlet.late", "Answers that came when nobody waited any more"],
];

/** The fourteen bucket boundaries that the conventions give. */
function powers(first: number, factor: number): number[] {
  return Array.from({ length: 14 }, (_, i) => Number((first * factor ** i).toFixed(2)));
}
