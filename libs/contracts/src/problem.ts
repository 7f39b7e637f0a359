/** One fault of an invalid input. `loc` starts at the field of the input; the gateway prepends `body`, `query` or `path`. */
export interface Fault {
  loc: (string | number)[];
  msg: string;
  type: string;
  /** Page about this kind of fault, if there is one. */
  docs_url?: string;
}

/** What is wrong: text; for invalid input a list of faults; for the few problems whose clients need it, an object. */
export type Detail = string | Fault[] | Record<string, unknown>;

/** The members of RFC 9457 and `code`. `detail` may be more than text, for existing clients. */
export interface ProblemBody {
  detail: Detail;
  code: string;
  title: string;
  status: number;
  type: string;
  instance?: string;
}

/** The only error that crosses process boundaries. `retryAfter`: seconds, for the `Retry-After` header. */
export class Problem extends Error {
  constructor(
    readonly body: ProblemBody,
    readonly retryAfter?: number,
  ) {
    super(`${body.code}: ${typeof body.detail === 'string' ? body.detail : JSON.stringify(body.detail)}`);
    this.name = 'Problem';
  }
}

/** Whether a request was refused for what it asks; else the one that should answer it has failed. */
export const isRefusal = (error: unknown): error is Problem => error instanceof Problem && error.body.status < 500;

/** Faults as text for people: their fields and what is wrong with them. */
export const textOfFaults = (faults: readonly Fault[]): string =>
  faults.map(({ loc, msg }) => (loc.length ? `${loc.join('.')}: ${msg}` : msg)).join('; ');

/**
 * Creates a problem of this kind. `detail` is the title of the kind by default, `retryAfter` (seconds) that of the kind, if any.
 * `members`: additional members for clients (RFC 9457 §3.2); clients ignore unknown ones.
 */
export interface ProblemKind {
  (detail?: Detail, retryAfter?: number, members?: object): Problem;
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

export const problem = (code: string, status: number, title: string, retryAfterOfKind?: number): ProblemKind =>
  Object.assign(
    (detail: Detail = title, retryAfter = retryAfterOfKind, members?: object) =>
      new Problem({ detail, code, title, status, type: `/problems/${code}`, ...members }, retryAfter),
    { code, status, title },
  );

export const InvalidInput = problem('invalid_input', 422, 'The input is not valid.');
export const BadRequest = problem('bad_request', 400, 'The request could not be read.');
export const Unauthenticated = problem('unauthenticated', 401, 'Sign in first.');
export const Forbidden = problem('forbidden', 403, 'You are not allowed to do this.');
export const NotFound = problem('not_found', 404, 'Not found.');
export const MethodNotAllowed = problem('method_not_allowed', 405, 'This path does not support this method.');
export const RequestTimeout = problem('request_timeout', 408, 'The request did not arrive in time.');
export const Conflict = problem('conflict', 409, 'This conflicts with the current state.');
export const IdempotencyConflict = problem('idempotency_conflict', 409, 'This Idempotency-Key was used with another input.');
export const IdempotencyInProgress = problem(
  'idempotency_in_progress',
  409,
  'A request with this Idempotency-Key is still in progress. Send the same request again later.',
  1,
);
export const TooLarge = problem('too_large', 413, 'The request is too large.');
export const AnswerTooLarge = problem('answer_too_large', 413, 'The answer would be too large. Ask for less at a time.');
export const UnsupportedMediaType = problem('unsupported_media_type', 415, 'Send application/json.');
export const RangeNotSatisfiable = problem('range_not_satisfiable', 416, 'The file has no bytes in this range.');
export const UpgradeRequired = problem('upgrade_required', 426, 'This path is a WebSocket. Open it with a WebSocket client.');
export const TooManyRequests = problem('too_many_requests', 429, 'Too many requests. Try again later.');
export const HeadersTooLarge = problem('headers_too_large', 431, 'The headers are too large.');
export const Internal = problem('internal', 500, 'Something went wrong on our side.');
export const Unavailable = problem('unavailable', 503, 'Part of Skep is temporarily unavailable. Try again soon.', 1);
export const NotConfigured = problem('not_configured', 503, 'This installation has not configured this feature.');
export const DeadlineExceeded = problem('deadline_exceeded', 504, 'The answer took too long.', 1);
