import type { ProblemBody } from '@skep/contracts';
import type { FastifyRequest } from 'fastify';

const FORM = 'application/x-www-form-urlencoded';

export const isForm = (request: FastifyRequest) => request.headers['content-type']?.startsWith(FORM) ?? false;

/**
 * The status of an answer to a polling device. RFC 8628 §3.5 requires 400 while the device waits. Clients that send JSON treat every
 * status except 200 as final, so only requests by form, as in the RFC, get 400.
 */
export const deviceStatus = (request: FastifyRequest, bytes: Uint8Array, status: number) =>
  isForm(request) && 'error' in (JSON.parse(Buffer.from(bytes).toString()) as object) ? 400 : status;

/** Adds `error` and `error_description` to a problem (RFC 6749 §5.2). */
export function oauthError(request: FastifyRequest, body: ProblemBody): ProblemBody & { error: string; error_description: string } {
  const error = body.code === 'invalid_input' ? 'invalid_request' : body.code;
  const error_description = typeof body.detail === 'string' ? body.detail : body.title;
  const status = isForm(request) && body.status === 422 ? 400 : body.status;
  return { ...body, status, error, error_description };
}
