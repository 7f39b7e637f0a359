import { NotFound, type ProblemBody } from '@skep/contracts';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../../auth/credential.js';
import type { ErrorForm } from '../../http/error-form.js';
import { OPENAI_DOOR, toOpenAiError } from '../../http/openai-errors.js';
import { problemJson } from '../../http/problem-json.js';

/** What clients of the published API look for in a 401. */
const NO_CREDENTIAL = 'Not authenticated';
const BAD_CREDENTIAL = 'Invalid or expired token';

/** An id that is none is an id that does not exist. */
const hasBadId = ({ code, detail }: ProblemBody): boolean =>
  code === 'invalid_input' && Array.isArray(detail) && detail.length > 0 && detail.every(({ loc: [place] }) => place === 'path');

/** The errors of the agent gateway: problems, with the texts that its clients know. */
export const agentErrors: ErrorForm = {
  ...problemJson,
  statusOf: (problem) => (hasBadId(problem) ? NotFound.status : problem.status),
  bodyOf: (problem, request) => {
    const body = textsOf(problem, request);
    return request?.url.startsWith(OPENAI_DOOR) ? { ...body, error: toOpenAiError(body) } : body;
  },
};

function textsOf(problem: ProblemBody, request: FastifyRequest | undefined): ProblemBody {
  if (hasBadId(problem)) return { ...NotFound().body, ...(problem.instance && { instance: problem.instance }) };
  return problem.code === 'unauthenticated' && request ? { ...problem, detail: credentialText(request) } : problem;
}

const credentialText = ({ headers }: FastifyRequest): string =>
  (bearerOf(headers) ?? headers['x-api-key']) ? BAD_CREDENTIAL : NO_CREDENTIAL;
