import type { AgentComponents, AgentPaths, CoachComponents, CoachPaths, components, paths } from '@skep/client';
import createClient, { type Middleware } from 'openapi-fetch';
import { m } from '../messages/index.js';

/** The shapes of the three APIs. */
export type Shapes = components['schemas'];
export type AgentShapes = AgentComponents['schemas'];
export type CoachShapes = CoachComponents['schemas'];

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

const rejectProblems: Middleware = {
  onResponse: async ({ response }) => {
    if (!response.ok) throw await toProblem(response);
    return undefined;
  },
  onError: ({ error }) => (error instanceof ApiProblem ? error : new ApiProblem(0, 'offline', m.errors.offline)),
};

function clientOf<Paths extends object>() {
  const client = createClient<Paths>({ baseUrl: location.origin, headers: CSRF });
  client.use(rejectProblems);
  return client;
}

/** The extension cloud (`/v1`). A call rejects with an `ApiProblem`. */
export const api = clientOf<paths>();
/** The agent gateway (`/api`). */
export const agentApi = clientOf<AgentPaths>();
/** The coach. */
export const coachApi = clientOf<CoachPaths>();

/** The JSON of a successful answer. An operation that can also answer with events is not asked for these. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<Exclude<T, string>> {
  return (await call).data as Exclude<T, string>;
}
