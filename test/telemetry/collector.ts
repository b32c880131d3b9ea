import { context, metrics, type Span, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-base";

/** What an application that wants telemetry sets up, with everything kept in memory. */
export class Collector implements SpanProcessor {
  /** In the order in which they ended. */
  readonly ended: ReadableSpan[] = [];
  readonly begun: ReadableSpan[] = [];
  /** Ids of those that were told to end, as often as they were: the SDK itself hears the first time only. */
  readonly ends: string[] = [];
  readonly #tracers = new BasicTracerProvider({ spanProcessors: [this] });
  readonly #exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: this.#exporter, exportIntervalMillis: 3_600_000 })] });

  register(): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(this.#tracers);
    metrics.setGlobalMeterProvider(this.#meters);
  }

  async unregister(): Promise<void> {
    context.disable();
    trace.disable();
    metrics.disable();
    await this.#tracers.shutdown();
    await this.#meters.shutdown();
  }

  onStart(span: Span): void {
    this.begun.push(span as unknown as ReadableSpan);
    const end = span.end.bind(span);
    span.end = (time) => {
      this.ends.push(span.spanContext().spanId);
      end(time);
    };
  }

  onEnd(span: ReadableSpan): void {
    this.ended.push(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  forget(): void {
    this.ended.length = 0;
    this.begun.length = 0;
    this.ends.length = 0;
  }

  find(name: string): ReadableSpan {
    const found = this.ended.filter((span) => span.name === name);
    if (found.length !== 1) throw new Error(`${found.length} spans ${name} among ${this.ended.map((span) => span.name).join(", ")}`);
    return found[0];
  }

  /** Names under names, in the order in which they began. */
  tree(parent?: string): object {
    const under = this.begun.filter((span) => span.parentSpanContext?.spanId === parent);
    return under.map((span) => {
      const below = this.tree(span.spanContext().spanId) as object[];
      return below.length === 0 ? span.name : { [span.name]: below };
    });
  }

  /** By name, all that was measured. */
  async measures(): Promise<Record<string, { attributes: object; value: unknown }[]>> {
    await this.#meters.forceFlush();
    const last = this.#exporter.getMetrics().at(-1);
    const all = (last?.scopeMetrics ?? []).flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      all.map((metric) => [metric.descriptor.name, metric.dataPoints.map(({ attributes, value }) => ({ attributes, value: value as unknown }))]),
    );
  }
}
