import { isTraceparent, traceparentOf } from '@skep/platform';
import type { FastifyRequest } from 'fastify';

/**
 * The `traceparent` that a request continues: that of its client, or a new one. A new trace has the digits of the request's id, if the
 * gateway has made it: so the id leads to the trace.
 */
export function parentOf({ headers, id }: Pick<FastifyRequest, 'headers' | 'id'>): string | undefined {
  const given = headers['traceparent'];
  if (typeof given === 'string' && isTraceparent(given)) return given;
  return headers['x-request-id'] === id ? undefined : traceparentOf(id);
}
