import { type Answer, type Json, type Person, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const SERVICES = ['auth-gateway', 'registry', 'marketplace', 'billing', 'developer-portal', 'kernel'];
const APP = 'link-saver';
const PRICE = 1;
const CLIENTS = 8;
/** Between two requests of a client: together they make some 60 a second. While the first copy ends they make no pause. */
const PAUSE_MS = 120;
/** Requests before a copy ends, and after it. */
const ENOUGH = 60;

let skep: Skep;
let developer: Person;
let ir: Json;
let version = 0;

const as = async (who: Person, path: string, body?: unknown, method = body ? 'POST' : 'GET') => {
  const answer = await skep.http(method, path, { token: who.access, body });
  if (answer.status !== 200 && answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
  return answer;
};
const call = (who: Person, app: string, name: string, params: object) =>
  as(who, `/v1/extensions/${app}/call`, { user_id: who.id, function: name, params });
const succeeds = async (answering: Promise<Answer>) => {
  const answer = await answering;
  if (String(answer.json['status']) !== 'success') throw new Error(answer.text);
  return answer;
};
/** A new release each time. */
const deploy = (dev_mode: boolean) => {
  const ir_dict = { ...ir, app: { ...ir['app'], version: `1.0.${version++}` } };
  return succeeds(call(developer, 'developer', 'deploy_ir', { app_id: APP, ir_dict, dev_mode }));
};

beforeAll(async () => {
  skep = await startSkep({ split: true });
  developer = await skep.person();
  ir = JSON.parse(await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as Json;
  await as(developer, '/v1/developer/register', { display_name: 'Ada' });
  const listing = { app_id: APP, name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };
  await as(developer, '/v1/developer/apps', listing);
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: PRICE } } };
  await as(developer, `/v1/developer/apps/${APP}`, pricing, 'PUT');
  await deploy(false);
  await as(await skep.admin(), `/v1/admin/apps/${APP}/approve`, {});
}, 120_000);
afterAll(() => skep?.close());

/** Clients of one person, each with a session of its own, who do in turn everything that takes every service. */
function startClients(person: Person) {
  const load = { answered: 0, calls: 0, deploys: 0, failures: [] as string[], pauseMs: PAUSE_MS, end };
  let ended = false;
  const client = async (n: number) => {
    let session = person;
    const signedIn = ({ json }: Answer) =>
      (session = { ...session, access: String(json['access_token']), refresh: String(json['refresh_token']) });
    const mixed: (() => Promise<unknown>)[] = [
      async () => signedIn(await as(session, '/v1/auth/login', { email: person.email, password: person.password })),
      async () => signedIn(await as(session, '/v1/auth/refresh', { refresh_token: session.refresh })),
      () => as(session, '/v1/auth/me'),
      () => as(session, '/v1/billing/balance'),
      () => succeeds(call(session, APP, 'save_link', { url: 'https://example.com' })).then(() => load.calls++),
      () => as(session, '/v1/marketplace/apps'),
      () => as(developer, '/v1/developer/apps'),
      () => as(session, '/v1/me/extensions'),
    ];
    // One client alone deploys: two deploys of an app at the same time would be a conflict.
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

async function watchEvents(person: Person) {
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

describe('a second copy takes over from the first one', () => {
  it.each(SERVICES)(
    'of %s, while no request fails and nothing is lost or done twice',
    async (service) => {
      const person = await skep.person();
      await waitUntil('the install', () => as(person, `/v1/marketplace/apps/${APP}/install`, {}));
      const before = await releases();
      const events = await watchEvents(person);
      const load = startClients(person);
      const more = (n: number) => waitUntil('requests to go on', () => load.answered >= n, 60_000);
      await more(ENOUGH);
      const endFirst = await skep.secondCopy(service);
      load.pauseMs = 0;
      await more(load.answered + CLIENTS);
      await endFirst();
      load.pauseMs = PAUSE_MS;
      await more(load.answered + ENOUGH);
      await load.end();

      expect(load.failures).toEqual([]);
      expect(Math.min(load.calls, load.deploys)).toBeGreaterThan(0);
      expect(await count('kernel', `action where user_id = $1 and tool_name = 'save_link'`, [person.id])).toBe(load.calls);
      expect(await count('kernel', 'document where user_id = $1', [person.id])).toBe(load.calls);
      expect((await releases()) - before).toBe(load.deploys);
      const told = () => events.count(`${APP}.save_link`);
      await waitUntil('every event', () => told() >= load.calls);
      const balance = async () => Number((await as(person, '/v1/billing/wallet')).json['balance']);
      const taken = 500 - load.calls * PRICE;
      await waitUntil('every charge', async () => (await balance()) === taken).catch(() => undefined);
      expect([told(), await balance()]).toEqual([load.calls, taken]);
      expect(await skep.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
      events.close();
    },
    180_000,
  );
});
