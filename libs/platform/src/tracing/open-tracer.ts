import type { Env } from '../config.js';
import type { Log } from '../log.js';
import { traceOutgoingHttp } from './outgoing-http.js';
import { Tracer } from './tracer.js';

/**
 * Opens the tracer of a service. Undefined if tracing is off, as it is without an OTLP endpoint: then the SDK of OpenTelemetry is not
 * even loaded.
 * @param env the environment of the process, where the SDK reads its other settings
 */
export async function openTracer(service: string, log: Log, env: Env = process.env): Promise<Tracer | undefined> {
  if (!isOn(env)) return undefined;
  const { PROTOCOLS, Sdk } = await import('./sdk.js');
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
  const exporter = env['OTEL_TRACES_EXPORTER'] || 'otlp';
  if (exporter !== 'otlp' || !PROTOCOLS.includes(protocol)) {
    log.warn(`Tracing is off. It needs OTEL_TRACES_EXPORTER=otlp and OTEL_EXPORTER_OTLP_PROTOCOL=${PROTOCOLS.join(' or ')}.`);
    return undefined;
  }
  traceOutgoingHttp();
  return new Tracer(await Sdk.open(service, protocol, log));
}

/** Whether the standard variables ask for spans. Empty ones count as unset. */
function isOn(env: Env): boolean {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return false;
  return Boolean(env['OTEL_TRACES_EXPORTER'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
}
