import type { components, paths } from '@skep/client';
import createClient from 'openapi-fetch';
import { m } from '../messages/index.js';

/** A shape of the public API. */
export type Shapes = components['schemas'];

/** A problem that the API answered, or that kept it from answering. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What is wrong with each field, by its name. */
    readonly faults: Readonly<Record<string, string>> = {},
    /** All members of the problem. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

interface ProblemBody {
  code?: string;
  title?: string;
  detail?: unknown;
}

/** Reads a response that is not a success. */
export async function toProblem(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody & Record<string, unknown>;
  const { code = 'unknown', detail, title } = body;
  const faults = Array.isArray(detail) ? (detail as { loc: (string | number)[]; msg: string }[]) : [];
  const text = typeof detail === 'string' ? detail : (title ?? m.errors.unexpected);
  return new ApiProblem(response.status, code, text, Object.fromEntries(faults.map(({ loc, msg }) => [String(loc.at(-1)), msg])), body);
}

/** Sent with every request: the gateway accepts cookies of unsafe requests only with it. */
export const CSRF = { 'x-skep-csrf': '1' };

const client = createClient<paths>({ baseUrl: location.origin, headers: CSRF });
client.use({
  onResponse: async ({ response }) => {
    if (!response.ok) throw await toProblem(response);
    return undefined;
  },
  onError: ({ error }) => (error instanceof ApiProblem ? error : new ApiProblem(0, 'offline', m.errors.offline)),
});

/** The public API. A call rejects with an `ApiProblem`. */
export const api = client;

/** The body of a successful answer. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
