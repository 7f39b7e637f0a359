import type { Operation, Place, PlatformScope, ProblemKind, ScopedOperation } from '@skep/contracts';
import type { OnPart, Reply } from '@skep/platform';
import type { Type } from '@nestjs/common';
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Holder } from './auth/credential.js';
import type { Json } from './openapi/json.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call a route. A route is public only with `open()` or `optionalUser()`. */
export type Access =
  /** Everyone, signed in or not. */
  | { kind: 'open' }
  /** Everyone. A credential is optional, but must be valid. */
  | { kind: 'optional' }
  /**
   * A signed-in user for their own account, or a service on their behalf. Requires no scope: every user can see and secure their own
   * account. `inPerson`: services may not call it. `extension`: an app with an extension token for the app in the path may call it too, on behalf
   * of the user in `X-Acting-User`, in which a user may name only themselves.
   */
  | { kind: 'account'; inPerson?: boolean; extension?: boolean }
  /**
   * A user with the scope, or a service on their behalf. `key`: an API key with the scope may call it too. `inPerson`: services may
   * not call it. `alone`: a service that names no user acts for itself, in the tenant that it names. `openRead`: with
   * SKEP_AGENT_OPEN_READS everyone may call it; without a credential it answers for no user, in the default tenant.
   */
  | { kind: 'user'; scope: PlatformScope; key?: boolean; inPerson?: boolean; alone?: boolean; openRead?: boolean }
  /**
   * A user with the scope, such as an administrator with `*`, or a service: for itself in the tenant that it names, or on behalf of
   * the user in `X-Acting-User`, who needs the scope. `user_id` is data here. `key`: an API key with the scope may call it too.
   */
  | { kind: 'admin'; scope: PlatformScope; key?: boolean }
  /** Services only: users get 403. */
  | { kind: 'service' }
  /**
   * Services, and apps with an extension token: `app_id` and `extension_id` of the input must then name the token's app, and the acting user is of
   * its tenant. `user_id` is data here.
   */
  | { kind: 'extension' };

// Builders of `Access`. `user()` and `admin()` read the scope of the operation, and do not compile for an operation without one.
export const open = () => (): Access => ({ kind: 'open' });
export const optionalUser = () => (): Access => ({ kind: 'optional' });
export const account =
  (options: { inPerson?: boolean; extension?: boolean } = {}) =>
  (): Access => ({ kind: 'account', ...options });
export const user =
  (options: { key?: boolean; inPerson?: boolean; alone?: boolean; openRead?: boolean } = {}) =>
  ({ scope }: ScopedOperation): Access => ({ kind: 'user', scope, ...options });
export const admin =
  (options: { key?: boolean } = {}) =>
  ({ scope }: ScopedOperation): Access => ({ kind: 'admin', scope, ...options });
export const service = () => (): Access => ({ kind: 'service' });
export const extension = () => (): Access => ({ kind: 'extension' });

/** The holders whose credentials a route accepts. On an `optional` route users are the ones who gain by a credential. */
export function holdersFor(access: Access): Holder[] {
  if (access.kind === 'open') return [];
  if (access.kind === 'optional') return ['user'];
  if (access.kind === 'service') return ['service'];
  if (access.kind === 'extension') return ['service', 'extension'];
  return [
    'user',
    'service',
    ...(takesKeys(access) ? (['key'] as const) : []),
    ...(takesExtensions(access) ? (['extension'] as const) : []),
  ];
}

/** Whether a user may call a route with an API key. */
export const takesKeys = (access: Access): boolean => 'key' in access && !!access.key;

/** Whether an app may call a route with its extension token. */
export const takesExtensions = (access: Access): boolean =>
  access.kind === 'extension' || (access.kind === 'account' && !!access.extension);

/** A header that fills a field of the input: its whole value, or the credential after a scheme (`Authorization: <scheme> <credential>`). */
export type HeaderSource = string | { name: string; scheme: string };

/** Options of a route. */
export interface RouteOptions {
  /** The OpenAPI operationId; the operation's name by default. Routes that share an operation need one each. */
  id?: string;
  /** Fields of the input that a POST, PUT or PATCH takes from the query instead of the body. */
  query?: readonly string[];
  /** Fields of the input that come from a header, each with that header. */
  headers?: Readonly<Record<string, HeaderSource>>;
  /** A `user_id` or `tenant_id` of the query or body is an unknown field, which is ignored. Services name the acting user in `X-Acting-User`. */
  namesNoUser?: boolean;
  /** The field of the input that is the body, if a client sends an array instead of an object. */
  list?: string;
  /** A DELETE that takes the input from the body instead of the query. */
  body?: boolean;
  /** Rejects fields of the body that the input does not have. On other routes they are ignored. */
  closed?: boolean;
  /** The status of a successful response; default 200. */
  status?: number;
  /** Requests per minute of a user or, without one, of a network. */
  perMinute?: number;
  /** Requests per minute of all callers to the app in the path. */
  appPerMinute?: number;
  /** The name of that limit in SKEP_RATE_LIMITS; by default the operation's, such as `auth.signup`. */
  limit?: string;
  /** Failed requests per minute of a network. Successful ones do not count, because an office can share one address. */
  failuresPerMinute?: number;
  /** Milliseconds to wait for the service's reply; default 5,000. */
  timeoutMs?: number;
  /** Money, credentials, sessions: rejects access tokens with 503 while the revoked sessions are not up to date. */
  sensitive?: boolean;
  /** Wants proof of the device of a user in `X-Attest-Token`, as SKEP_ATTESTATION requires. */
  attested?: boolean;
  /** The query parameter that may have the credential, for clients that cannot send `Authorization`. Logs and traces do not contain queries. */
  tokenIn?: string;
  /** The last parameter of the path is the rest of it, with its slashes. The exchange fills it. */
  restOfPath?: boolean;
  /** An OAuth endpoint: accepts forms and JSON, and sends errors with `error`; see http/oauth-errors.ts. */
  oauth?: boolean;
  /** Seconds for which shared caches may store a raw response; not stored by default. */
  publicSeconds?: number;
  /** Sent as `Deprecation` (RFC 9745) and `Sunset` (RFC 8594). */
  deprecated?: { since: Date; sunset: Date };
}

/** A route of a public API: an operation with its method, path and access. */
export interface Route extends RouteOptions {
  id: string;
  method: Method;
  /** In the form of OpenAPI: `/v1/apps/{app_id}`. */
  path: string;
  operation: Operation;
  access: Access;
  status: number;
  /** Not printed in the published document of its API: `x-skep-reconstructed` in OpenAPI. */
  reconstructed?: boolean;
  exchange: Exchange;
}

/** One request of a route, whose caller is authorized and counted. */
export interface RouteCall {
  route: Route;
  request: FastifyRequest;
  reply: FastifyReply;
  /**
   * Sends the input to the service that owns the operation.
   * @param filled the fields that the exchange fills
   * @param onPart gets the parts of the answer that the service sends before it
   * @throws Problem as the service threw it, with the place of each fault
   */
  forward(filled?: Readonly<Record<string, unknown>>, onPart?: OnPart): Promise<Reply>;
  /** Authorizes the request again, for an answer that takes long. @throws Problem `unauthenticated` or `forbidden` if the caller may no longer call the route */
  reauthorize(access?: Access, headers?: IncomingHttpHeaders): Promise<Caller>;
  /**
   * Authorizes and counts a message of the request's sender, by the access of the message and with its credential, if it has one.
   * @throws Problem `unauthenticated`, `forbidden` or `too_many_requests`
   */
  admit(access: Access, headers: IncomingHttpHeaders): Promise<Caller>;
  /** Sends an input to another operation of the exchange. @param caller what `admit` returned @throws Problem as the service threw it */
  forwardAs(caller: Caller, operation: Operation, input: object): Promise<Reply>;
  /** A provider of the gateway. */
  get<T>(provider: Type<T>): T;
}

/** The parts of OpenAPI's description of a route that depend on its exchange. */
export interface Described {
  parameters: Json[];
  requestBody?: Json;
  responses: Record<string, Json>;
}

/** What passes between a client and a route: how a request is read, and how it is answered. */
export interface Exchange {
  name: string;
  /** Fields of the operation's input that the exchange fills. Clients cannot send them. */
  fills: readonly string[];
  /** How the server reads the body. */
  config: FastifyContextConfig;
  /** The operations that it calls, beside that of the route. */
  calls?: readonly Operation[];
  /** Problems of requests that only this exchange has. */
  problems?: readonly ProblemKind[];
  /** Answers a request. An error that it throws is sent in the form of the API, if nothing has been sent. */
  answer(call: RouteCall): Promise<void>;
  /** Describes the exchange, given the description of a JSON request with the same operation. */
  describe(json: Described, route: Route, place: Place): Described;
}
