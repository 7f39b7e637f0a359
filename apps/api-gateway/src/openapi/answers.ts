import {
  AnswerTooLarge,
  BadRequest,
  Conflict,
  DeadlineExceeded,
  fieldsOf,
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
  UserNotFound,
  type Place,
} from '@skep/contracts';
import type { Route } from '../routes/define.js';
import type { Json } from './json.js';

const needsCredential = ({ access }: Route) => access.kind !== 'open';
const hasBody = ({ method }: Route) => method !== 'GET';
const always = () => true;

/** Problems that a route may answer besides those of its operation. */
const COMMON: [kind: ProblemKind, when: (route: Route) => boolean][] = [
  [BadRequest, ({ path }) => path.includes('{')],
  [Unauthenticated, needsCredential],
  [Forbidden, needsCredential],
  // Of the person whom a service names.
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
const LIMITS = Object.assign({}, ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'].map(header)) as Json;

/** The headers that answers carry. */
export const headers = {
  'X-Request-Id': { description: 'The id of the request, also in the logs.', schema: { type: 'string' } },
  'X-Total-Count': { description: 'Number of rows on all pages.', schema: { type: 'integer' } },
  Link: {
    description: '`<…>; rel="next"` where the rest is (RFC 8288); only when the rows asked for have too many bytes for one answer.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds to wait before the request is sent again.', schema: { type: 'integer' } },
  'RateLimit-Limit': { description: 'Requests a minute; absent for services.', schema: { type: 'integer' } },
  'RateLimit-Remaining': { description: 'Requests that are left in this minute.', schema: { type: 'integer' } },
  'RateLimit-Reset': { description: 'Seconds until the count starts again.', schema: { type: 'integer' } },
  'WWW-Authenticate': { description: 'The authentication scheme.', schema: { type: 'string' } },
  ETag: { description: 'The entity tag, for `If-None-Match`.', schema: { type: 'string' } },
  'Cache-Control': { description: 'How long caches may keep the answer.', schema: { type: 'string' } },
  Deprecation: { description: 'Since when the operation is deprecated (RFC 9745).', schema: { type: 'string' } },
  Sunset: { description: 'When the operation will be removed (RFC 8594).', schema: { type: 'string' } },
};

/** Answers that are problems, each kept once under the names of its codes. */
export class ProblemAnswers {
  readonly responses: Record<string, Json> = {};

  /** Every problem that a route may answer, by status. */
  of(route: Route, place: Place): Record<string, Json> {
    const common = COMMON.filter(([, when]) => when(route)).map(([kind]) => kind);
    if (!route.oauth) return this.byStatus([...common, ...route.operation.problems]);
    // A form that is not valid is 400 (RFC 6749), and so is a device that has to wait (RFC 8628).
    return this.byStatus([...common, ...route.operation.problems, InvalidForm], schemaOfOutput(route.operation.output, place));
  }

  /** @param waiting of a route of OAuth, whose problems have the shape of RFC 6749 §5.2: what may be 400 besides */
  byStatus(kinds: readonly ProblemKind[], waiting?: Json): Record<string, Json> {
    const statuses = [...Map.groupBy(kinds, ({ status }) => status)].sort(([a], [b]) => a - b);
    return Object.fromEntries(statuses.map(([status, same]) => [status, this.answer(status, same, waiting)]));
  }

  private answer(status: number, kinds: readonly ProblemKind[], waiting?: Json): Json {
    const oauth = waiting !== undefined;
    const titles = new Map(kinds.map(({ code, title }) => [code, title]));
    const codes = [...titles.keys()].sort();
    const name = `${codes.map(pascal).join('Or')}${oauth ? `Oauth${status}` : ''}`;
    const schema = {
      allOf: [{ $ref: `#/components/schemas/${oauth ? 'OauthProblem' : 'Problem'}` }],
      properties: { code: { type: 'string', enum: codes }, status: { type: 'integer', const: status } },
    };
    this.responses[name] ??= {
      description: codes.map((code) => `\`${code}\`: ${titles.get(code)}`).join(' '),
      headers: {
        ...header('X-Request-Id'),
        ...(RETRIED.has(status) && header('Retry-After')),
        ...(status === 429 && LIMITS),
        ...(status === 401 && !oauth && header('WWW-Authenticate')),
      },
      content: {
        [oauth ? 'application/json' : 'application/problem+json']: {
          schema: oauth && status === 400 ? { anyOf: [schema, waiting] } : schema,
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

/** The answer of a route that has done what it should. */
export function success({ operation, deprecated }: Route, place: Place): Json {
  const { input, output } = operation;
  const paged = isRows(output) && output.kind === 'page';
  const goesOn = isRows(output) && fieldsOf(input).some(({ key }) => key === 'offset');
  return {
    description: operation.summary,
    headers: {
      ...header('X-Request-Id'),
      ...LIMITS,
      ...(paged && header('X-Total-Count')),
      ...(goesOn && header('Link')),
      ...(isRaw(output) && CACHED),
      ...(deprecated && { ...header('Deprecation'), ...header('Sunset') }),
    },
    content: { [isRaw(output) ? output.mediaType : 'application/json']: { schema: schemaOfOutput(output, place) } },
  };
}

/** The answers to a caller who has the answer already; only raw ones have an entity tag. */
export const unchanged = ({ operation }: Route): Record<string, Json> =>
  isRaw(operation.output)
    ? { 304: { description: 'The caller has it already.', headers: { ...header('X-Request-Id'), ...LIMITS, ...CACHED } } }
    : {};

const pascal = (code: string) => code.replace(/(^|_)(\w)/g, (_, __, first: string) => first.toUpperCase());

export const Problem = {
  type: 'object',
  title: 'Problem',
  description: 'RFC 9457, with a `code` to branch on.',
  properties: {
    detail: {
      description: 'Text; for invalid input the list of faults; in a few places an object.',
      anyOf: [
        { type: 'string' },
        {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              loc: { type: 'array', items: { type: ['string', 'integer'] } },
              msg: { type: 'string' },
              type: { type: 'string' },
            },
            required: ['loc', 'msg', 'type'],
          },
        },
        { type: 'object', additionalProperties: true },
      ],
    },
    code: { type: 'string', examples: ['invalid_input'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    type: { type: 'string', format: 'uri-reference' },
    instance: { type: 'string', format: 'uri-reference' },
  },
  required: ['detail', 'code', 'title', 'status', 'type', 'instance'],
};

export const OauthProblem = {
  title: 'OauthProblem',
  description: 'A problem that is an error of OAuth too (RFC 6749 §5.2).',
  allOf: [{ $ref: '#/components/schemas/Problem' }],
  properties: { error: { type: 'string', examples: ['invalid_request'] }, error_description: { type: 'string' } },
  required: ['error', 'error_description'],
};
