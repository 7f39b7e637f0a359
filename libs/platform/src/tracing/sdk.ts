import { type Attributes, diag, DiagLogLevel, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.js';

/** The protocols of OTLP over HTTP, as in OTEL_EXPORTER_OTLP_PROTOCOL. */
export const PROTOCOLS = ['http/protobuf', 'http/json'];

/** How long a stopping service waits for the receiver. `npm start` stops everything within four seconds, the gateway before the others. */
const FLUSH_MS = 500;
const WARNING_INTERVAL_MS = 60_000;

/** The kind of a span. */
export type Kind = Lowercase<keyof typeof SpanKind>;

/** The SDK of OpenTelemetry. It reads its settings, the `OTEL_*` variables, from the environment of the process. */
export class Sdk {
  private readonly random = new RandomIdGenerator();
  /** A trace has its id before its first span. */
  private traceId = '';
  private readonly provider: BasicTracerProvider;
  private readonly tracer;

  constructor(service: string, exporter: SpanExporter) {
    this.provider = new BasicTracerProvider({
      resource: defaultResource()
        .merge(resourceFromAttributes({ 'service.name': service }))
        .merge(detectResources({ detectors: [envDetector] })),
      // Its queue is bounded (OTEL_BSP_MAX_QUEUE_SIZE): spans that do not fit are dropped.
      spanProcessors: [new BatchSpanProcessor(exporter)],
      idGenerator: { generateTraceId: () => this.traceId, generateSpanId: () => this.random.generateSpanId() },
    });
    this.tracer = this.provider.getTracer('skep');
  }

  /** @param service the default of OTEL_SERVICE_NAME */
  static async open(service: string, protocol: string, log: Log): Promise<Sdk> {
    const { OTLPTraceExporter } = await (protocol === 'http/json'
      ? import('@opentelemetry/exporter-trace-otlp-http')
      : import('@opentelemetry/exporter-trace-otlp-proto'));
    logWarnings(log);
    return new Sdk(service, new OTLPTraceExporter());
  }

  /** @param parent a valid `traceparent`; without a span id the new span is the first of the trace */
  start(name: string, kind: Kind, attributes: Attributes, parent: string): Span {
    const [, traceId = '', spanId = '', flags = ''] = parent.split('-');
    this.traceId = traceId;
    const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true });
    return this.tracer.startSpan(name, { kind: SpanKind[kind.toUpperCase() as Uppercase<Kind>], attributes }, context);
  }

  /** Exports the spans that have ended. */
  flush(): Promise<void> {
    return this.provider.forceFlush();
  }

  /** Exports the remaining spans, if the receiver takes them in time. */
  async close(): Promise<void> {
    const exported = this.provider.shutdown().catch(() => undefined);
    await Promise.race([exported, sleep(FLUSH_MS, undefined, { ref: false })]);
  }
}

/** Logs warnings of the SDK, at most one a minute: a receiver that is down fails every export. */
function logWarnings(log: Log): void {
  let next = 0;
  const warn = (reason: string) => {
    if (Date.now() < next) return;
    next = Date.now() + WARNING_INTERVAL_MS;
    log.warn({ reason: reason.slice(0, 500) }, 'OpenTelemetry could not do its work; spans may be missing');
  };
  const ignore = () => undefined;
  const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
