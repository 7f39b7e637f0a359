import ky, { HTTPError } from 'ky';
import { type Credentials, type SessionTokens, toHeaders } from './credentials.js';
import type { CallOptions } from './options.js';
import { routes } from './generated/routes.js';
import type { Route } from './route.js';
import { isProblem, SkepError } from './skep-error.js';

const TRANSIENT = [408, 429, 502, 503, 504];
const LONGEST_WAIT_MS = 30_000;

/** Sends requests of routes, repeats those that fail in passing, and keeps a session alive. */
export class Transport {
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly base: URL,
    private credentials: Credentials,
    private readonly retries: number,
    private readonly timeoutMs: number,
  ) {}

  /** @param page the address of a further page of a list @throws SkepError for an answer that is not a success */
  async send(
    route: Route,
    input: Record<string, unknown>,
    options: CallOptions = {},
    page?: string,
    headers?: Record<string, string>,
  ): Promise<Response> {
    const keyed = route.keyed ? { 'idempotency-key': options.idempotencyKey ?? crypto.randomUUID() } : undefined;
    const attempt = () => this.attempt(route, input, options, page, { ...headers, ...keyed });
    try {
      return await attempt();
    } catch (error) {
      if (!('session' in this.credentials) || !isProblem(error, 'unauthenticated')) throw error;
      await (this.refreshing ??= this.refresh(this.credentials).finally(() => (this.refreshing = undefined)));
      return attempt();
    }
  }

  private async attempt(
    route: Route,
    input: Record<string, unknown>,
    { signal }: CallOptions,
    page: string | undefined,
    headers: Record<string, string>,
  ) {
    const { url, body } = toRequest(this.base, route, input);
    const repeatable = route.keyed || route.method === 'GET';
    try {
      return await ky(page ? new URL(page, this.base) : url, {
        method: route.method,
        headers: { ...toHeaders(this.credentials), ...headers },
        ...(body instanceof FormData ? { body } : body && { json: body }),
        ...(signal && { signal }),
        timeout: route.answer === 'events' ? false : this.timeoutMs,
        retry: {
          limit: repeatable ? this.retries : 0,
          methods: [route.method.toLowerCase() as 'get'],
          statusCodes: TRANSIENT,
          afterStatusCodes: [429, 503],
          maxRetryAfter: LONGEST_WAIT_MS,
          jitter: true,
        },
      });
    } catch (error) {
      throw error instanceof HTTPError ? new SkepError(error.response, error.data) : error;
    }
  }

  private async refresh(credentials: {
    session: SessionTokens;
    onRefresh?: (tokens: SessionTokens) => void | Promise<void>;
  }): Promise<void> {
    const anonymous = new Transport(this.base, {}, this.retries, this.timeoutMs);
    const { refresh_token } = credentials.session;
    const session = (await (await anonymous.send(routes.refresh, { refresh_token })).json()) as SessionTokens;
    this.credentials = { ...credentials, session };
    await credentials.onRefresh?.(session);
  }
}

/** Distributes the fields of an input to the path, the query and the body. */
function toRequest(base: URL, { path, query, body }: Route, input: Record<string, unknown>) {
  const rest = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const take = (name: string) => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  const url = new URL(
    path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(take(name)))),
    base,
  );
  for (const name of query) {
    const value = take(name);
    if (value !== undefined) for (const item of [value].flat()) url.searchParams.append(name, String(item));
  }
  if (!body) return { url };
  if (body === 'json') return { url, body: rest };
  const form = new FormData();
  for (const [name, value] of Object.entries(rest)) form.append(name, value instanceof Blob ? value : String(value));
  return { url, body: form };
}
