import { fieldsOf, Problem } from '@skep/contracts';
import { APP_FIELDS, type ClaimedUser } from '../auth/authenticator.js';
import { firstValue } from '../auth/credential.js';
import type { HeaderSource, Route } from '../route.js';
import type { IncomingHttpHeaders } from 'node:http';

type JsonObject = Readonly<Record<string, unknown>>;
type Place = 'path' | 'query' | 'body' | 'header';

const CLAIMED = ['user_id', 'tenant_id'] as const satisfies readonly (keyof ClaimedUser)[];

/**
 * Where each field of a route's input comes from: from the path, if it is a parameter of the path; from the query for a GET or DELETE;
 * else from the body. `query`, `body` and `headers` of the route change that.
 */
export class InputPlan {
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly body: readonly string[];
  readonly headers: Readonly<Record<string, HeaderSource>>;
  /** Where the fields that are not named otherwise come from. */
  private readonly mainPlace: Place;
  private readonly places: ReadonlyMap<unknown, Place>;
  private readonly userIn: Place;
  private readonly tenantIn: Place;
  /** Fields that name the caller. Clients send them in the query or in the body, and the authenticator compares them with the caller. */
  private readonly claimed: readonly (keyof ClaimedUser)[];
  /** On an `extension` route, the fields outside the path that name an app. */
  private readonly apps: readonly string[];
  /** On these routes `tenant_id` is data; on others it must be the caller's tenant. */
  private readonly isTenantData: boolean;
  private readonly namesNoUser: boolean;

  /** @throws Error when a parameter of the path, or a field in `query` or `headers`, is not a field of the input; when an `extension` route names no app */
  constructor({ method, path, operation, access, exchange, query = [], headers = {}, body = false, namesNoUser = false }: Route) {
    const fields = fieldsOf(operation.input).map(({ key }) => key);
    this.path = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
    this.headers = headers;
    const inHeaders = Object.keys(headers);
    for (const key of [...this.path, ...query, ...inHeaders])
      if (!fields.includes(key)) throw new Error(`${method} ${path}: ${key} is not a field of the input of ${operation.subject}`);
    const rest = fields.filter((key) => !this.path.includes(key) && !inHeaders.includes(key) && !exchange.fills.includes(key));
    this.mainPlace = method === 'GET' || (method === 'DELETE' && !body) ? 'query' : 'body';
    this.query = rest.filter((key) => this.mainPlace === 'query' || query.includes(key));
    this.body = rest.filter((key) => !this.query.includes(key));
    const placed = { path: this.path, query: this.query, body: this.body, header: inHeaders };
    this.places = new Map(Object.entries(placed).flatMap(([place, keys]) => keys.map((key) => [key, place as Place] as const)));
    this.userIn = this.placeOf('user_id');
    this.tenantIn = this.placeOf('tenant_id');
    this.claimed = access.kind === 'user' || access.kind === 'account' ? CLAIMED.filter((key) => rest.includes(key)) : [];
    const appFields = access.kind === 'extension' ? APP_FIELDS.filter((key) => fields.includes(key)) : [];
    if (access.kind === 'extension' && !appFields.length)
      throw new Error(`${method} ${path}: the input of ${operation.subject} has neither app_id nor extension_id`);
    this.apps = appFields.filter((key) => rest.includes(key));
    this.isTenantData = access.kind === 'admin' && fields.includes('tenant_id');
    this.namesNoUser = namesNoUser;
  }

  /**
   * Reads the input from the parts of a request. Other fields of the query and the body are not taken over.
   * @param claims what `claims` returned for the same request
   */
  read(params: JsonObject, query: JsonObject, body: JsonObject, headers: IncomingHttpHeaders, claims: JsonObject): JsonObject {
    const input: Record<string, unknown> = {};
    take(input, params, this.path);
    take(input, query, this.query);
    take(input, body, this.body);
    for (const [key, source] of Object.entries(this.headers)) input[key] = valueOf(headers, source);
    if (this.claimed.length) take(input, claims, this.claimed);
    return input;
  }

  /** The user, the tenant and the apps that a request names in its query or body, on every route that does not ignore them. Of two values the one in the place of the field counts. */
  claims(query: JsonObject, body: JsonObject): ClaimedUser & JsonObject {
    if (this.namesNoUser) return {};
    return {
      user_id: claimIn(this.userIn, 'user_id', query, body),
      ...(this.apps.length && { apps: this.apps.map((key) => (this.query.includes(key) ? query[key] : body[key])) }),
      tenant_id: this.isTenantData ? undefined : claimIn(this.tenantIn, 'tenant_id', query, body),
    };
  }

  /** Prefixes the location of each fault with the place of its field. Returns other errors unchanged. */
  locate(error: unknown): unknown {
    if (!(error instanceof Problem) || error.body.code !== 'invalid_input' || !Array.isArray(error.body.detail)) return error;
    const detail = error.body.detail.map((fault) => ({ ...fault, loc: [this.placeOf(fault.loc[0]), ...fault.loc] }));
    return new Problem({ ...error.body, detail }, error.retryAfter);
  }

  private placeOf(field: unknown): Place {
    return this.places.get(field) ?? this.mainPlace;
  }
}

function take(input: Record<string, unknown>, from: JsonObject, keys: readonly string[]): void {
  for (const key of keys) {
    const value = from[key];
    if (value !== undefined) input[key] = value;
  }
}

function valueOf(headers: IncomingHttpHeaders, source: HeaderSource): string | undefined {
  if (typeof source === 'string') return firstValue(headers[source.toLowerCase()]);
  const [scheme, credential] = firstValue(headers[source.name.toLowerCase()])?.split(/ +/) ?? [];
  return scheme?.toLowerCase() === source.scheme.toLowerCase() ? credential : undefined;
}

const claimIn = (place: Place, key: string, query: JsonObject, body: JsonObject) =>
  place === 'query' ? (query[key] ?? body[key]) : (body[key] ?? query[key]);
