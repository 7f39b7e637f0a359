import type { FastifyRequest } from 'fastify';
import type { ErrorForm } from './error-form.js';
import { problemJson } from './problem-json.js';

const FORM = 'application/x-www-form-urlencoded';

export const isForm = (request: FastifyRequest) => request.headers['content-type']?.startsWith(FORM) ?? false;

/**
 * The status of an answer to a polling device. RFC 8628 §3.5 requires 400 while the device waits. Clients that send JSON treat every
 * status except 200 as final, so only requests by form, as in the RFC, get 400.
 */
export const deviceStatus = (request: FastifyRequest, bytes: Uint8Array, status: number) =>
  isForm(request) && 'error' in (JSON.parse(Buffer.from(bytes).toString()) as object) ? 400 : status;

const OauthProblem = {
  title: 'OauthProblem',
  description: 'A problem with the fields of an OAuth error (RFC 6749 §5.2).',
  allOf: [{ $ref: '#/components/schemas/Problem' }],
  properties: {
    error: { type: 'string', examples: ['invalid_request'], description: 'The error code of OAuth.' },
    error_description: { type: 'string', description: 'What is wrong, as text.' },
  },
  required: ['error', 'error_description'],
};

/** The errors of OAuth endpoints: problems with `error` and `error_description` (RFC 6749 §5.2). An invalid form is 400. */
export const oauthErrors: ErrorForm = {
  name: 'Oauth',
  contentType: 'application/json; charset=utf-8',
  statusOf: ({ status }, request) => (isForm(request) && status === 422 ? 400 : status),
  bodyOf: (problem) => ({
    ...problem,
    error: problem.code === 'invalid_input' ? 'invalid_request' : problem.code,
    error_description: typeof problem.detail === 'string' ? problem.detail : problem.title,
  }),
  schemaOf: (status, codes) => ({ ...problemJson.schemaOf(status, codes), allOf: [{ $ref: '#/components/schemas/OauthProblem' }] }),
  schemas: { ...problemJson.schemas, OauthProblem },
};
