import type { Operation, PlatformScope, ScopedOperation } from '@skep/contracts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call a route. Nothing is public unless a table says so. */
export type Access =
  /** Anybody, signed in or not. */
  | { kind: 'open' }
  /** Anybody; a credential, where there is one, must be good. */
  | { kind: 'optional' }
  /**
   * A signed-in person at their own account, or a service acting for one. It needs no scope: everybody can see and secure their
   * own account. `inPerson`: no service may do this for anybody.
   */
  | { kind: 'account'; inPerson?: boolean }
  /**
   * A person who holds the scope, or a service acting for one who does. `key`: an API key that holds it will do as well.
   * `inPerson`: no service may do this for anybody.
   */
  | { kind: 'user'; scope: PlatformScope; key?: boolean; inPerson?: boolean }
  /**
   * A person who holds the scope, as an administrator's `*` does, or a service: for itself, in the tenant it names, or for a person
   * named by `X-Acting-User`, who must hold it too. A `user_id` is data here.
   */
  | { kind: 'admin'; scope: PlatformScope }
  /** A service alone: a person gets 403. */
  | { kind: 'service' };

// Who may call an operation. `user()` and `admin()` take the scope from it; one without a scope does not compile with them.
export const open = () => (): Access => ({ kind: 'open' });
export const optionalUser = () => (): Access => ({ kind: 'optional' });
export const account =
  (more: { inPerson?: boolean } = {}) =>
  (): Access => ({ kind: 'account', ...more });
export const user =
  (more: { key?: boolean; inPerson?: boolean } = {}) =>
  ({ scope }: ScopedOperation): Access => ({ kind: 'user', scope, ...more });
export const admin =
  () =>
  ({ scope }: ScopedOperation): Access => ({ kind: 'admin', scope });
export const service = () => (): Access => ({ kind: 'service' });

export interface RouteOptions {
  /** 200 unless told. */
  status?: number;
  /** Requests a minute, for each person or else each network address. */
  perMinute?: number;
  /** Failed requests a minute for each network address, of which an office may hold many people: successes do not count. */
  failuresPerMinute?: number;
  /** Milliseconds the caller waits for an answer; 5,000 unless told. */
  timeoutMs?: number;
  /** Money, credentials, sessions: closed to people while it is not known which sessions have ended. */
  sensitive?: boolean;
  /** An endpoint of OAuth: takes forms as well as JSON, and fails with `error`: see http/oauth.ts. */
  oauth?: boolean;
  /** Of a raw answer: seconds for which caches may keep it, for everybody. Not kept unless told. */
  publicSeconds?: number;
  /** RFC 9745 and RFC 8594. */
  deprecated?: { since: Date; sunset: Date };
}

/** One line of the public API. */
export interface Route extends RouteOptions {
  method: Method;
  /** As OpenAPI writes it: `/v1/apps/{app_id}`. */
  path: string;
  operation: Operation;
  access: Access;
  status: number;
}

const verb =
  (method: Method) =>
  <O extends Operation>(path: string, operation: O, access: (operation: O) => Access, options: RouteOptions = {}): Route => ({
    method,
    path,
    operation,
    access: access(operation),
    status: 200,
    ...options,
  });

export const get = verb('GET');
export const post = verb('POST');
export const put = verb('PUT');
export const patch = verb('PATCH');
export const del = verb('DELETE');
