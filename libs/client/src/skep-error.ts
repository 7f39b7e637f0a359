import type { ProblemCode } from './generated/routes.js';

/** One field at fault. */
export interface InputFault {
  /** Where it is, such as `['body', 'email']`. */
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** A problem (RFC 9457) that the API answered. `code` says which; see `/problems/{code}` of the installation. */
export class SkepError extends Error {
  override readonly name = 'SkepError';
  readonly status: number;
  /** `unknown` if the answer was not a problem, such as one of a proxy. */
  readonly code: ProblemCode | 'unknown';
  /** A text, the faults of an invalid input, or an object that `code` describes. */
  readonly detail: unknown;
  /** For support: the operator finds the request by it. */
  readonly requestId: string | undefined;

  constructor(response: Response, body: unknown) {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as { code?: ProblemCode; detail?: unknown; title?: string };
    super(toMessage(problem.detail) ?? problem.title ?? `The server answered with status ${response.status}.`);
    this.status = response.status;
    this.code = problem.code ?? 'unknown';
    this.detail = problem.detail;
    this.requestId = response.headers.get('x-request-id') ?? undefined;
  }

  /** The fields at fault of an invalid input. */
  get faults(): InputFault[] {
    return Array.isArray(this.detail) ? (this.detail as InputFault[]) : [];
  }
}

/** Whether an error is the problem with this code. */
export function isProblem(error: unknown, code: ProblemCode): error is SkepError {
  return error instanceof SkepError && error.code === code;
}

function toMessage(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail;
  if (Array.isArray(detail))
    return (detail as InputFault[]).map(({ loc, msg }) => `${loc.slice(1).join('.') || loc.join('.')}: ${msg}`).join('; ');
  return undefined;
}
