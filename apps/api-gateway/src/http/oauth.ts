import type { ProblemBody } from '@skep/contracts';
import type { FastifyRequest } from 'fastify';

const FORM = 'application/x-www-form-urlencoded';

export const isForm = (request: FastifyRequest) => request.headers['content-type']?.startsWith(FORM) ?? false;

/**
 * The status of a device's answer. RFC 8628 §3.5 says 400 while it has to wait; clients that send JSON take every status but
 * 200 for the end, so only a form, which is how the RFC asks, gets the RFC's.
 */
export const deviceStatus = (request: FastifyRequest, bytes: Uint8Array, otherwise: number) =>
  isForm(request) && 'error' in (JSON.parse(Buffer.from(bytes).toString()) as object) ? 400 : otherwise;

/** RFC 6749 §5.2: a problem with its code as `error` too. */
export function oauthError(request: FastifyRequest, body: ProblemBody): ProblemBody & { error: string; error_description: string } {
  const error = body.code === 'invalid_input' ? 'invalid_request' : body.code;
  const error_description = typeof body.detail === 'string' ? body.detail : body.title;
  const status = isForm(request) && body.status === 422 ? 400 : body.status;
  return { ...body, status, error, error_description };
}
