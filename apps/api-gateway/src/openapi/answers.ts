import {
  AnswerTooLarge,
  BadRequest,
  Conflict,
  continues,
  DeadlineExceeded,
  exampleOfOutput,
  Forbidden,
  HeadersTooLarge,
  IdempotencyConflict,
  Internal,
  InvalidInput,
  isRaw,
  isRows,
  type ProblemKind,
  RequestTimeout,
  schemaOfOutput,
  TooLarge,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  UnsupportedMediaType,
  type Place,
} from '@skep/contracts';
import { AttestationRequired, UserNotFound } from '@skep/contracts/auth';
import type { ErrorForm } from '../http/error-form.js';
import { oauthErrors } from '../http/oauth-errors.js';
import type { Route } from '../route.js';
import type { Json } from './json.js';

const needsCredential = ({ access }: Route) => access.kind !== 'open';
const hasBody = ({ method }: Route) => method !== 'GET';
const always = () => true;

/** Problems of all routes, in addition to those of the operation. */
const COMMON: [kind: ProblemKind, when: (route: Route) => boolean][] = [
  [BadRequest, ({ path }) => path.includes('{')],
  [Unauthenticated, needsCredential],
  [AttestationRequired, ({ attested }) => !!attested],
  [Forbidden, needsCredential],
  // The acting user that a service names.
  [UserNotFound, needsCredential],
  [RequestTimeout, hasBody],
  [IdempotencyConflict, (route) => takesKey(route)],
  [Conflict, (route) => takesKey(route) && route.operation.secret],
  [TooLarge, hasBody],
  [AnswerTooLarge, always],
  [UnsupportedMediaType, hasBody],
  [InvalidInput, always],
  [TooManyRequests, always],
  [HeadersTooLarge, always],
  [Internal, always],
  [Unavailable, always],
  [DeadlineExceeded, always],
];

/** Whether a route honours an `Idempotency-Key`. */
export const takesKey = (route: Route) => route.method !== 'GET' && needsCredential(route);

const RETRIED = new Set([429, 503, 504]);
const header = (name: string) => ({ [name]: { $ref: `#/components/headers/${name}` } });
const CACHED = { ...header('ETag'), ...header('Cache-Control') };
const LIMITS = Object.assign({}, ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'RateLimit-Policy'].map(header)) as Json;

/** The headers of answers. */
export const headers = {
  'X-Request-Id': { description: 'The id of the request, which the logs contain too.', schema: { type: 'string' } },
  'X-Total-Count': { description: 'Number of rows on all pages, at most 10,000. Absent after a cursor.', schema: { type: 'integer' } },
  'X-Total-Count-Capped': {
    description: '`true` if there are more rows than `X-Total-Count`.',
    schema: { type: 'string', enum: ['true'] },
  },
  Link: {
    description: '`<…>; rel="next"`: the URL of the rows that follow (RFC 8288). Absent on the last page.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds to wait before repeating the request.', schema: { type: 'integer' } },
  'RateLimit-Limit': { description: 'Allowed requests per minute; absent for services.', schema: { type: 'integer' } },
  'RateLimit-Remaining': { description: 'Requests left in this minute.', schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until the count restarts.', schema: { type: 'integer' } },
  'RateLimit-Policy': {
    description: 'The limit, its requests (`q`) and seconds (`w`), and whether gateways count them `together` or this one counts `alone`.',
    schema: { type: 'string' },
  },
  'WWW-Authenticate': { description: 'The authentication scheme.', schema: { type: 'string' } },
  ETag: { description: 'The entity tag, for `If-None-Match`.', schema: { type: 'string' } },
  'Cache-Control': { description: 'How long caches may keep the answer.', schema: { type: 'string' } },
  Deprecation: { description: 'Since when the operation is deprecated (RFC 9745).', schema: { type: 'string' } },
  Sunset: { description: 'When the operation will be removed (RFC 8594).', schema: { type: 'string' } },
};

/** Problem responses as components, one for each set of codes. */
export class ProblemAnswers {
  readonly responses: Record<string, Json> = {};

  /** @param errors the form of the API's errors */
  constructor(private readonly errors: ErrorForm) {}

  /** Every problem that a route may answer, by status. */
  of(route: Route, place: Place): Record<string, Json> {
    const common = [...COMMON.filter(([, when]) => when(route)).map(([kind]) => kind), ...(route.exchange.problems ?? [])];
    if (!route.oauth) return this.byStatus([...common, ...route.operation.problems]);
    // An invalid form is 400 (RFC 6749), and so is a device that must wait (RFC 8628).
    const waiting = schemaOfOutput(route.operation.output, place);
    return this.byStatus([...common, ...route.operation.problems, InvalidForm], oauthErrors, waiting);
  }

  /** @param waiting the schema of another 400 answer */
  byStatus(kinds: readonly ProblemKind[], form: ErrorForm = this.errors, waiting?: Json): Record<string, Json> {
    const statuses = [...Map.groupBy(kinds, ({ status }) => status)].sort(([a], [b]) => a - b);
    return Object.fromEntries(statuses.map(([status, same]) => [status, this.answer(status, same, form, waiting)]));
  }

  private answer(status: number, kinds: readonly ProblemKind[], form: ErrorForm, waiting?: Json): Json {
    const titles = new Map(kinds.map(({ code, title }) => [code, title]));
    const codes = [...titles.keys()].sort();
    const name = `${codes.map(pascal).join('Or')}${form === this.errors ? '' : `${form.name}${status}`}`;
    const schema = form.schemaOf(status, codes);
    const [mediaType = ''] = form.contentType.split(';');
    this.responses[name] ??= {
      description: codes.map((code) => `\`${code}\`: ${titles.get(code)}`).join(' '),
      headers: {
        ...header('X-Request-Id'),
        ...(RETRIED.has(status) && header('Retry-After')),
        ...(status === 429 && LIMITS),
        ...(status === 401 && header('WWW-Authenticate')),
      },
      content: {
        [mediaType]: {
          schema: waiting && status === 400 ? { anyOf: [schema, waiting] } : schema,
          examples: Object.fromEntries(kinds.map((kind) => [kind.code, { value: exampleOfProblem(kind, status, form) }])),
        },
      },
    };
    return { $ref: `#/components/responses/${name}` };
  }
}

const InvalidForm: ProblemKind = Object.assign(InvalidInput.bind(undefined), {
  code: InvalidInput.code,
  title: InvalidInput.title,
  status: 400,
});

const FAULTS = [{ loc: ['body', 'name'], msg: 'Field required', type: 'missing' }];

function exampleOfProblem(kind: ProblemKind, status: number, form: ErrorForm): object {
  const { body } = kind(kind.code === InvalidInput.code ? FAULTS : undefined);
  return form.bodyOf({ ...body, status, instance: 'urn:request:5f0c7a52' });
}

/** The answer of a successful request. */
export function success({ operation, deprecated }: Route, place: Place): Json {
  const { input, output } = operation;
  const paged = isRows(output) && output.kind === 'page';
  return {
    description: operation.summary,
    headers: {
      ...header('X-Request-Id'),
      ...LIMITS,
      ...(paged && { ...header('X-Total-Count'), ...header('X-Total-Count-Capped') }),
      ...(isRows(output) && continues(input) && header('Link')),
      ...(isRaw(output) && CACHED),
      ...(deprecated && { ...header('Deprecation'), ...header('Sunset') }),
    },
    content: {
      [isRaw(output) ? output.mediaType : 'application/json']: {
        schema: schemaOfOutput(output, place),
        example: exampleOfOutput(output),
      },
    },
  };
}

/** The answer to a caller with a current copy; only raw answers have an entity tag. */
export const unchanged = ({ operation }: Route): Record<string, Json> =>
  isRaw(operation.output)
    ? { 304: { description: 'Not modified: your copy is current.', headers: { ...header('X-Request-Id'), ...LIMITS, ...CACHED } } }
    : {};

const pascal = (code: string) => code.replace(/(^|_)(\w)/g, (_, __, first: string) => first.toUpperCase());
