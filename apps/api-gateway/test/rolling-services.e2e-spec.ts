import { type Answer, type Json, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const SERVICES = ['auth-gateway', 'registry', 'marketplace', 'billing', 'developer-portal', 'kernel'];
const APP = 'link-saver';
const PRICE = 1;
const CLIENTS = 8;
/** The pause between two requests of a client, for about 60 requests per second in total. There is no pause while the first instance stops. */
const PAUSE_MS = 120;
/** The number of requests before and after the replacement. */
const MIN_REQUESTS = 60;

let skep: Skep;
let developer: TestUser;
let ir: Json;
let version = 0;

const send = async (person: TestUser, path: string, body?: unknown, method = body ? 'POST' : 'GET') => {
  const answer = await skep.http(method, path, { token: person.access, body });
  if (answer.status !== 200 && answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
  return answer;
};
const call = (person: TestUser, app: string, name: string, params: object) =>
  send(person, `/v1/extensions/${app}/call`, { user_id: person.id, function: name, params });
const assertSuccess = async (answering: Promise<Answer>) => {
  const answer = await answering;
  if (String(answer.json['status']) !== 'success') throw new Error(answer.text);
  return answer;
};
/** Deploys a new release. */
const deploy = (dev_mode: boolean) => {
  const ir_dict = { ...ir, app: { ...ir['app'], version: `1.0.${version++}` } };
  return assertSuccess(call(developer, 'developer', 'deploy_ir', { app_id: APP, ir_dict, dev_mode }));
};

beforeAll(async () => {
  skep = await startSkep({ split: true });
  developer = await skep.signUpUser();
  ir = JSON.parse(await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as Json;
  await send(developer, '/v1/developer/register', { display_name: 'Ada' });
  const listing = { app_id: APP, name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };
  await send(developer, '/v1/developer/apps', listing);
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: PRICE } } };
  await send(developer, `/v1/developer/apps/${APP}`, pricing, 'PUT');
  await deploy(false);
  await send(await skep.signInAdmin(), `/v1/admin/apps/${APP}/approve`, {});
}, 120_000);
afterAll(() => skep?.close());

/** Starts clients of one user, each with its own session, whose requests involve every service. */
function startClients(person: TestUser) {
  const load = { answered: 0, calls: 0, deploys: 0, failures: [] as string[], pauseMs: PAUSE_MS, end };
  let ended = false;
  const client = async (n: number) => {
    let session = person;
    const signedIn = ({ json }: Answer) =>
      (session = { ...session, access: String(json['access_token']), refresh: String(json['refresh_token']) });
    const mixed: (() => Promise<unknown>)[] = [
      async () => signedIn(await send(session, '/v1/auth/login', { email: person.email, password: person.password })),
      async () => signedIn(await send(session, '/v1/auth/refresh', { refresh_token: session.refresh })),
      () => send(session, '/v1/auth/me'),
      () => send(session, '/v1/billing/balance'),
      () => assertSuccess(call(session, APP, 'save_link', { url: 'https://example.com' })).then(() => load.calls++),
      () => send(session, '/v1/marketplace/apps'),
      () => send(developer, '/v1/developer/apps'),
      () => send(session, '/v1/me/extensions'),
    ];
    // Only one client deploys: concurrent deploys of an app conflict.
    const requests = n === 0 ? [() => deploy(true).then(() => load.deploys++)] : mixed;
    for (let i = n; !ended; i++) {
      await requests[i % requests.length]!().catch((error: Error) => load.failures.push(error.message));
      load.answered++;
      await sleep(load.pauseMs);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)));
  async function end() {
    ended = true;
    await clients;
  }
  return load;
}

async function watchEvents(person: TestUser) {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${person.access}` };
  const answer = await fetch(`${skep.url}/v1/events/stream`, { headers, signal: stop.signal });
  let text = '';
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  void read().catch(() => undefined);
  return { count: (type: string) => text.split(`"type":"${type}"`).length - 1, close: () => stop.abort() };
}

const count = async (service: string, sql: string, values: unknown[]) =>
  Number((await skep.infra.query(service, `select count(*)::int as n from ${sql}`, values))[0]!['n']);
const releases = () => count('registry', 'release where app_id = $1', [APP]);

describe('a second instance replaces the first one', () => {
  it.each(SERVICES)(
    'of %s, while no request fails and nothing is lost or duplicated',
    async (service) => {
      const person = await skep.signUpUser();
      await waitUntil('the install', () => send(person, `/v1/marketplace/apps/${APP}/install`, {}));
      const before = await releases();
      const events = await watchEvents(person);
      const load = startClients(person);
      const waitForRequests = (n: number) => waitUntil('requests to go on', () => load.answered >= n, 60_000);
      await waitForRequests(MIN_REQUESTS);
      const stopFirst = await skep.startSecondCopy(service);
      load.pauseMs = 0;
      await waitForRequests(load.answered + CLIENTS);
      await stopFirst();
      load.pauseMs = PAUSE_MS;
      await waitForRequests(load.answered + MIN_REQUESTS);
      await load.end();

      expect(load.failures).toEqual([]);
      expect(Math.min(load.calls, load.deploys)).toBeGreaterThan(0);
      expect(await count('kernel', `action where user_id = $1 and tool_name = 'save_link'`, [person.id])).toBe(load.calls);
      expect(await count('kernel', 'document where user_id = $1', [person.id])).toBe(load.calls);
      expect((await releases()) - before).toBe(load.deploys);
      const received = () => events.count(`${APP}.save_link`);
      await waitUntil('every event', () => received() >= load.calls);
      const balance = async () => Number((await send(person, '/v1/billing/wallet')).json['balance']);
      const expected = 500 - load.calls * PRICE;
      await waitUntil('every charge', async () => (await balance()) === expected).catch(() => undefined);
      expect([received(), await balance()]).toEqual([load.calls, expected]);
      expect(await skep.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
      events.close();
    },
    180_000,
  );
});
