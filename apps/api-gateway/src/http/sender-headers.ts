import type { FastifyRequest } from 'fastify';

/** What belongs to this connection or to Skep, and is no business of who gets a webhook. */
const OWN_HEADERS = ['cookie', 'connection', 'host', 'content-length', 'transfer-encoding', 'traceparent', 'tracestate', 'x-service-token'];

/** The headers of another party's request, by name in lower case. */
export const senderHeadersOf = ({ headers }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined || OWN_HEADERS.includes(name) ? [] : [[name, String(value)]])),
  );
