import type { Request } from 'autocannon';
import type { auth } from '@skep/contracts/auth';
import { type marketplace, SORTS } from '@skep/contracts/marketplace';
import { credentials } from '../client.ts';
import { notesIr } from '../notes-app.ts';
import { openSessions, refreshOf } from '../sessions.ts';
import type { Skep } from '../skep.ts';
import { SEARCHED, TAGS } from './kernel.ts';
import { CATEGORIES } from './names.ts';
import type { World } from './world.ts';

/** A request that is measured. */
export interface Route {
  request: Request;
  /** The member of the answer that must not be empty, such as `data.prev`; '' for the whole answer. */
  shows: string;
  /** Called before each round. */
  before?: () => Promise<void>;
}

/** Enough for a page of each list, and less than there is with few rows. */
const PAGE = 'limit=50';
/** More than the first page of a list can reach without reading what it skips. */
const DEEP = 9_000;

/** The routes by name. The requests are the same with few and with many rows, and so is the size of their answers. */
export async function routesOf(skep: Skep, world: World, connections: number): Promise<Record<string, Route>> {
  const { admin, developer, busy, app_id, document_id } = world;
  const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
  const service = { 'x-service-token': skep.secrets.SKEP_SERVICE_TOKEN };
  const get = (path: string, shows = '', headers: Record<string, string> = bearer(busy)): Route => ({
    request: { method: 'GET', path, headers },
    shows,
  });
  const asAdmin = (path: string, shows = '') => get(path, shows, bearer(admin));
  const post = (path: string, body: object, headers: Record<string, string> = {}): Request => ({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const call = (name: string, params: Record<string, unknown>, shows = 'data.prev'): Route => ({
    request: post(`/v1/extensions/${app_id}/call`, busy.caller.body(name, params), bearer(busy)),
    shows,
  });
  const [someone] = await skep.http<typeof auth.listUsers>('GET', '/v1/users?limit=1&offset=5', { token: admin.token });
  const [listing] = await skep.http<typeof marketplace.browseApps>('GET', '/v1/marketplace/apps?sort=name&limit=1');
  const search = (text: string) => get(`/v1/marketplace/apps?search=${text}`);
  const sessions = await openSessions(skep, connections);
  const history = `/v1/billing/wallet/history?${PAGE}`;
  const cursor = await nextCursor(skep.url + history, bearer(busy));
  return {
    login: { request: post('/v1/auth/login', credentials(skep.secrets)), shows: 'access_token' },
    refresh: { request: refreshOf(sessions), shows: 'access_token', before: sessions.reopen },
    me: get('/v1/auth/me', 'imperal_id'),
    'security events': get('/v1/auth/security-events', 'items'),
    'users, list': asAdmin(`/v1/users?${PAGE}`),
    'users, search': asAdmin(`/v1/users?search=${String(someone?.attributes?.['first_name'])}`),
    'tenants, list': asAdmin(`/v1/tenants?${PAGE}`),
    'roles, list': asAdmin('/v1/roles'),
    'audit, list': asAdmin('/v1/audit', 'items'),

    balance: get('/v1/billing/balance', 'balance'),
    usage: get('/v1/billing/usage', 'usage'),
    'history, first page': get(history),
    'history, after a cursor': get(`${history}&cursor=${cursor}`),
    [`history, offset ${DEEP}`]: get(`${history}&offset=${DEEP}`),
    payments: get(`/v1/billing/payments?${PAGE}`),
    earnings: get('/v1/developer/earnings', 'total_earnings', bearer(developer)),
    'earnings of an app': get(`/v1/developer/earnings/${app_id}`, 'total_earnings', bearer(developer)),
    payouts: get(`/v1/developer/payouts?${PAGE}`, '', bearer(developer)),
    'payouts that wait': asAdmin(`/v1/admin/payouts/pending?${PAGE}`),

    'call, free': call('find', { id: document_id }),
    'call, priced': call('paid', { id: document_id }),
    'store.list': call('newest', { kind: 'note' }),
    'store.list, where many match': call('tagged', { tag: TAGS.common }),
    'store.list, where one matches': call('tagged', { tag: TAGS.rare }),
    'actions, list': get('/v1/actions', 'actions'),
    'actions, search': get(`/v1/actions?search=${SEARCHED}&per_page=20`, 'actions'),
    'actions, statistics': get('/v1/actions/stats', 'total'),
    'actions of an app': get(`/v1/actions/stats/marketplace/${app_id}`, 'total_actions', service),

    ...Object.fromEntries(SORTS.map((sort) => [`browse, by ${sort}`, get(`/v1/marketplace/apps?sort=${sort}`)])),
    'browse, a category': get(`/v1/marketplace/apps?category=${CATEGORIES[1]}`),
    categories: get('/v1/marketplace/categories', 'items'),
    'search, a common word': search('manager'),
    'search, a prefix': search('mana'),
    'search, a typing mistake': search('manger'),
    listing: get(`/v1/marketplace/apps/${listing?.app_id}`, 'app_id'),

    'my extensions': get('/v1/me/extensions'),
    'access, a small tenant': get('/v1/extensions/access?tenant_id=tenant-1', '', service),
    'access, a large tenant': get('/v1/extensions/access', '', service),

    'apps of a developer': get('/v1/developer/apps', '', bearer(developer)),
    'apps that wait': asAdmin('/v1/admin/apps/pending'),
    deploy: { request: deployOf(world, bearer(developer)), shows: 'data.revision' },
  };
}

/** Each deploy publishes another release. */
function deployOf({ app_id, developer }: World, headers: Record<string, string>): Request {
  let count = 0;
  const body = () =>
    JSON.stringify(developer.caller.body('deploy_ir', { app_id, ir_dict: notesIr(app_id, `Release ${++count}.`), dev_mode: true }));
  return {
    method: 'POST',
    path: '/v1/extensions/developer/call',
    headers: { 'content-type': 'application/json', ...headers },
    setupRequest: (request: Request): Request => ({ ...request, body: body() }),
  };
}

/** The cursor in the `Link` header of a page. */
async function nextCursor(url: string, headers: Record<string, string>): Promise<string> {
  const link = (await fetch(url, { headers })).headers.get('link') ?? '';
  const [, cursor] = /[?&]cursor=([^&>]+)/.exec(link) ?? [];
  if (!cursor) throw new Error(`${url} has no next page`);
  return cursor;
}

/** Sends each request once. @throws Error for an answer that is not 2xx, and for an empty one */
export async function checkRoutes(url: string, routes: Record<string, Route>): Promise<void> {
  for (const [name, { request, shows, before }] of Object.entries(routes)) {
    await before?.();
    const context = {};
    const { setupRequest, onResponse } = request;
    const { method = 'GET', path = '', headers, body } = typeof setupRequest === 'function' ? setupRequest(request, context) : request;
    const answer = await fetch(url + path, { method, headers: headers as Record<string, string>, ...(body && { body: String(body) }) });
    const text = await answer.text();
    if (typeof onResponse === 'function') onResponse(answer.status, text, context, {});
    if (!answer.ok || !isFilled(at(JSON.parse(text), shows)))
      throw new Error(`${name}: ${method} ${path} answers ${answer.status}, with nothing in '${shows}': ${text.slice(0, 300)}`);
  }
}

/** The member of a value at a path such as `data.prev`. */
const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((found, name) => (name ? (found as Record<string, unknown> | undefined)?.[name] : found), value);

const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
