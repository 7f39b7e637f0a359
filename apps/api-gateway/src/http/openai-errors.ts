import type { ProblemBody } from '@skep/contracts';
import { textOfFaults } from '@skep/contracts';

/** The paths for clients of OpenAI’s API. */
export const OPENAI_DOOR = '/api/openai/';

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** A problem as OpenAI’s clients read it. */
export const toOpenAiError = ({ detail, title, code, status }: ProblemBody) => ({
  message: typeof detail === 'string' ? detail : Array.isArray(detail) ? textOfFaults(detail) : title,
  type: TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'),
  param: Array.isArray(detail) ? (detail[0]?.loc.slice(1).join('.') ?? null) : null,
  code,
});
