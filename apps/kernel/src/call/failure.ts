import { IdempotencyInProgress, Problem, type ProblemBody, textOfFaults } from '@skep/contracts';
import type { CallResult } from '@skep/contracts/kernel';
import { IrError } from '../ir/ir-error.js';

const UNAVAILABLE = 'This function is temporarily unavailable. Try again soon.';

/** A function's failure as its caller sees it. A problem of an operation keeps its text; that of a server error (5xx) is replaced. */
export function failureOf(error: IrError | Problem): CallResult {
  const failed = (error_code: string, text: string, retryable: boolean): CallResult => ({
    status: 'error',
    data: null,
    summary: null,
    error: text,
    ui: null,
    error_code,
    retryable,
  });
  if (error instanceof IrError) {
    const { code, message, retryable, data } = error;
    return { ...failed(code, message, retryable), ...(data !== undefined && { data, data_format: 'mcp' }) };
  }
  const { code, title: _, status, type: __, instance: ___, detail, ...members } = error.body;
  const details = Array.isArray(detail) ? { faults: detail, ...members } : members;
  if (code === 'deadline_exceeded') return failed('BACKEND_TIMEOUT', UNAVAILABLE, true);
  if (code === 'internal') return failed('INTERNAL', error.body.title, false);
  if (status >= 500) return failed('BACKEND_5XX', UNAVAILABLE, true);
  const failure = failed(code.toUpperCase(), toSentence(error.body), status === 429 || code === IdempotencyInProgress.code);
  return { ...failure, ...(Object.keys(details).length && { details }) };
}

/** Whether a call was refused for its input, before anything was done. */
export const isValidationRejected = ({ error_code = '' }: CallResult): boolean => /^(VALIDATION_|INVALID_INPUT|UNKNOWN_)/.test(error_code);

function toSentence({ detail, title }: ProblemBody): string {
  if (typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return `${title} ${JSON.stringify(detail)}`;
  return `${title} ${textOfFaults(detail)}`;
}
