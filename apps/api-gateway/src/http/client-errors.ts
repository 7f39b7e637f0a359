import { BadRequest, HeadersTooLarge, type ProblemKind, RequestTimeout } from '@skep/contracts';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const KIND_BY_CODE: Record<string, ProblemKind> = { ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout, HPE_HEADER_OVERFLOW: HeadersTooLarge };

/** Answers requests that Node rejects before they reach Fastify: invalid HTTP, too large headers, a body that does not arrive in time. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { body } = (KIND_BY_CODE[error.code ?? ''] ?? BadRequest)();
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
