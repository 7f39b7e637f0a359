import { BadRequest, HeadersTooLarge, type ProblemKind, RequestTimeout } from '@skep/contracts';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const KINDS: Record<string, ProblemKind> = { ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout, HPE_HEADER_OVERFLOW: HeadersTooLarge };

/** Answers what never becomes a request that a route could answer: not HTTP, headers that are too large, a body that does not arrive in time. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { body } = (KINDS[error.code ?? ''] ?? BadRequest)();
  const json = JSON.stringify({ ...body, instance: `urn:request:${randomUUID()}` });
  const head = [
    `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}`,
    'connection: close',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(json)}`,
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${json}`);
  socket.destroySoon();
}
