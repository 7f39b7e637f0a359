import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A span as OTLP/HTTP JSON has it. */
export interface ReceivedSpan {
  /** The process that sent it. */
  service: string;
  traceId: string;
  spanId: string;
  /** '' for the first span of a trace. */
  parentSpanId: string;
  name: string;
  /** 2 is a server, 3 a client, 4 a producer and 5 a consumer. */
  kind: number;
  attributes: Record<string, string | undefined>;
}

interface KeyValue {
  key: string;
  value: { stringValue?: string; intValue?: number };
}
interface ExportRequest {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: { spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: KeyValue[] })[] }[];
  }[];
}

/** A receiver of spans on a loopback port. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export interface OtlpReceiver {
  /** The environment of a process that sends its spans here, a few at a time. */
  env: Record<string, string>;
  spans: ReceivedSpan[];
  /** What arrived, as text. */
  bodies: string[];
  /** How it answers: as it should, with status 500, or never. */
  mode: 'ok' | 'broken' | 'silent';
  /** Answers again, and ends the requests that it never answered. */
  recover(): void;
  close(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (receiver.mode === 'silent') return;
      if (receiver.mode === 'broken') return void response.writeHead(500).end();
      const body = Buffer.concat(chunks).toString();
      receiver.bodies.push(body);
      receiver.spans.push(...parseSpans(JSON.parse(body) as ExportRequest));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: OtlpReceiver = {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    spans: [],
    bodies: [],
    mode: 'ok',
    recover: () => {
      receiver.mode = 'ok';
      server.closeAllConnections();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

const toRecord = (attributes: KeyValue[]): ReceivedSpan['attributes'] =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? String(value.intValue)]));

const parseSpans = ({ resourceSpans }: ExportRequest): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service: toRecord(resource.attributes)['service.name'] ?? '',
        parentSpanId: span.parentSpanId ?? '',
        attributes: toRecord(span.attributes),
      })),
    ),
  );
