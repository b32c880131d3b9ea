import { type Context, context, type Meter, metrics, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import type { HostAgent } from "./agents.ts";
import type { ChatModel } from "./models/types.ts";
import type * as protocol from "./protocol/index.ts";
import type { Run } from "./run.ts";

// Spans and metrics by OpenTelemetry's GenAI conventions. Which spans there are, and under which, is the core's to say; here they get their
// names. Nothing is sent unless the application has set up an exporter.

/** The spans of a run, by the core's ids. */
interface Tracing {
  spans: Map<number, Span>;
  root: Context;
}

interface Instruments {
  tokens: ReturnType<Meter["createHistogram"]>;
  duration: ReturnType<Meter["createHistogram"]>;
  workflow: ReturnType<Meter["createHistogram"]>;
}

export class Telemetry {
  readonly #runs = new Map<Run, Tracing>();
  readonly #tracer: Tracer;
  readonly #workflow: string;
  #agents: readonly HostAgent[] = [];
  #instruments: Instruments | undefined;
  /** Begun model calls: what their end is measured against. */
  readonly #calls = new Map<number, { time: number; provider: string; model: string }>();

  constructor(workflow: string) {
    this.#tracer = trace.getTracer("aixlet");
    this.#workflow = workflow;
  }

  serve(agents: readonly HostAgent[], withMetrics: boolean): void {
    this.#agents = agents;
    if (!withMetrics) return;
    const meter = metrics.getMeter("aixlet");
    this.#instruments = {
      tokens: meter.createHistogram("gen_ai.client.token.usage", { unit: "{token}", description: "Tokens of a model call" }),
      duration: meter.createHistogram("gen_ai.client.operation.duration", { unit: "s", description: "Duration of a model call" }),
      workflow: meter.createHistogram("gen_ai.workflow.duration", { unit: "s", description: "Duration of a run" }),
    };
  }

  /** Whether somebody records the spans of this run. */
  traces(run: Run): boolean {
    return this.#instruments !== undefined || this.#runs.has(run);
  }

  begin(run: Run): void {
    const parent = context.active();
    const span = this.#tracer.startSpan(`invoke_workflow ${this.#workflow}`, { kind: SpanKind.INTERNAL }, parent);
    if (!span.isRecording()) return;
    span.setAttributes({ "gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": this.#workflow, "gen_ai.conversation.id": run.id });
    this.#runs.set(run, { spans: new Map([[0, span]]), root: trace.setSpan(parent, span) });
  }

  startSpan(run: Run, command: protocol.SpanStartCommand, time: number): void {
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    if (command.operation === "workflow") {
      const root = tracing.spans.get(0);
      if (root !== undefined) tracing.spans.set(command.span, root);
      return;
    }
    this.#open(tracing, command.span, command.parent, `invoke_agent ${command.name}`, SpanKind.INTERNAL, time, {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": command.name,
      "gen_ai.agent.id": command.name,
    });
  }

  callModel(run: Run, command: protocol.CallModelCommand, model: ChatModel, time: number): void {
    if (this.#instruments !== undefined) this.#calls.set(command.span, { time, provider: model.provider, model: model.model });
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    this.#open(tracing, command.span, command.parent, `chat ${model.model}`, SpanKind.CLIENT, time, {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": model.provider,
      "gen_ai.request.model": model.model,
      "gen_ai.agent.name": this.#agents[command.agent]?.name ?? "",
    });
  }

  callTool(run: Run, command: protocol.CallToolCommand, time: number): void {
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    this.#open(tracing, command.span, command.parent, `execute_tool ${command.name}`, SpanKind.INTERNAL, time, {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": command.name,
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": command.id,
    });
  }

  endSpan(run: Run, command: protocol.SpanEndCommand, time: number): void {
    if (command.operation === "chat") this.#measure(command, time);
    const tracing = this.#runs.get(run);
    const span = tracing?.spans.get(command.span);
    if (tracing === undefined || span === undefined) return;
    tracing.spans.delete(command.span);
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
    if (command.operation !== "workflow") span.end(time);
  }

  end(run: Run, finished: protocol.FinishedCommand): void {
    const tracing = this.#runs.get(run);
    if (tracing === undefined) return;
    this.#runs.delete(run);
    const root = tracing.spans.get(0);
    for (const span of tracing.spans.values()) if (span !== root) span.end();
    root?.setAttribute("aixlet.stop", finished.stop);
    root?.end();
  }

  #open(tracing: Tracing, id: number, parent: number, name: string, kind: SpanKind, time: number, attributes: Record<string, string>): void {
    const above = tracing.spans.get(parent);
    const under = above === undefined ? tracing.root : trace.setSpan(tracing.root, above);
    tracing.spans.set(id, this.#tracer.startSpan(name, { kind, startTime: time, attributes }, under));
  }

  #measure(command: protocol.SpanEndCommand, time: number): void {
    const call = this.#calls.get(command.span);
    if (call === undefined || this.#instruments === undefined) return;
    this.#calls.delete(command.span);
    const attributes: Record<string, string> = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": call.provider,
      "gen_ai.request.model": call.model,
    };
    if (!command.ok) attributes["error.type"] = command.error;
    this.#instruments.duration.record((time - call.time) / 1000, attributes);
    if (!command.ok) return;
    this.#instruments.tokens.record(command.usage.input, { ...attributes, "gen_ai.token.type": "input" });
    this.#instruments.tokens.record(command.usage.output, { ...attributes, "gen_ai.token.type": "output" });
  }
}
