import type { Operation } from '@skep/contracts';
import type { auth } from '@skep/contracts/auth';
import { randomUUID } from 'node:crypto';
import type { AnswerOf, BodyOf } from '../cli/json.ts';
import type { Secrets } from '../start/secrets.ts';

interface Request<T> {
  body?: BodyOf<T>;
  token?: string;
  headers?: Record<string, string>;
}

export type Http = ReturnType<typeof client>;

/** An HTTP client for the preparation of measurements. */
export function client(url: string) {
  /** Returns the JSON of the answer; `T` is the operation that answers. @throws Error for anything but 2xx */
  return async function http<T extends Operation>(
    method: string,
    path: string,
    { body, token, headers = {} }: Request<T> = {},
  ): Promise<AnswerOf<T>> {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text) as AnswerOf<T>;
  };
}

/** Signs in the first administrator. */
export const logIn = ({ http, secrets }: { http: Http; secrets: Secrets }) =>
  http<typeof auth.login>('POST', '/v1/auth/login', { body: credentials(secrets) });

/** Signs up a user, and signs them in. */
export async function signUp({ http, secrets }: { http: Http; secrets: Secrets }) {
  const login = { email: `${randomUUID()}@example.com`, password: 'correct horse battery', tenant_id: 'default' };
  const headers = { 'x-service-token': secrets.SKEP_SERVICE_TOKEN };
  await http<typeof auth.register>('POST', '/v1/auth/register', { body: login as never, headers });
  return http<typeof auth.login>('POST', '/v1/auth/login', { body: login });
}

export const credentials = ({ SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD: password }: Secrets) => ({
  email,
  password,
  tenant_id: 'default',
});
