import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';

const APP = 'notebook';
const step = (id: string, op: string, args: object) => ({ id, op, args });
const ir = {
  ir_version: '1.0',
  app: {
    id: APP,
    version: '1.0.0',
    title: 'Notebook',
    description: 'Keeps notes.',
    functions: [
      {
        name: 'add',
        description: 'Add a note.',
        action_type: 'write',
        params_schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
        impl: { kind: 'declarative', steps: [step('s1', 'store.create', { kind: 'note', data: { n: '{{event.n}}' } })] },
      },
    ],
  },
};

let skep: Skep;
let ada: TestUser;
const call = (app: string, name: string, params: object = {}) =>
  skep.http('POST', `/v1/extensions/${app}/call`, { token: ada.access, body: { user_id: ada.id, function: name, params } });

beforeAll(async () => {
  skep = await startSkep({ split: true });
  ada = await skep.signUpUser();
  await skep.http('POST', '/v1/developer/register', { token: ada.access, body: { display_name: 'Ada' } });
  await skep.http('POST', '/v1/developer/apps', { token: ada.access, body: { app_id: APP, name: 'Notebook' } });
  const deployed = await call('developer', 'deploy_ir', { app_id: APP, ir_dict: ir, dev_mode: true });
  expect([deployed.text, deployed.json['status']]).toEqual([deployed.text, 'success']);
});
afterAll(() => skep?.close());

describe('while a service is killed and restarted', () => {
  it('no acknowledged write is lost, and other routes work', async () => {
    const acknowledged: number[] = [];
    const failures = new Set<number>();
    let n = 0;
    let going = true;
    const write = async () => {
      while (going && n < 5_000) {
        const mine = n++;
        const answer = await call(APP, 'add', { n: mine }).catch(() => undefined);
        if (answer?.status === 200 && String(answer.json['status']) === 'success') acknowledged.push(mine);
        else {
          failures.add(answer?.status ?? 0);
          await sleep(20);
        }
      }
    };
    const writers = Promise.all(Array.from({ length: 4 }, write));
    await sleep(700);
    await skep.killApp('kernel');
    const balance = await skep.http('GET', '/v1/billing/balance', { token: ada.access });
    const refused = await call(APP, 'add', { n: -1 });
    expect([balance.status, refused.status, refused.headers.get('retry-after')]).toEqual([200, 503, '1']);
    await skep.startApp('kernel');
    const before = acknowledged.length;
    await waitUntil('writes to go on', () => acknowledged.length > before + 20, 10_000);
    going = false;
    await writers;

    const documents = await skep.infra.query('kernel', `select (data->>'n')::int as n from document where app_id = $1 and user_id = $2`, [
      APP,
      ada.id,
    ]);
    const kept = new Set(documents.map(({ n }) => n));
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(acknowledged.filter((each) => !kept.has(each))).toEqual([]);
    expect([...failures].filter((status) => status !== 503 && status !== 504 && status !== 0)).toEqual([]);
    const actions = await skep.infra.query(
      'kernel',
      `select count(*)::int as n from action where app_id = $1 and tool_name = 'add' and status = 'success'`,
      [APP],
    );
    expect(Number(actions[0]!['n'])).toBeGreaterThanOrEqual(acknowledged.length);
  });

  it.each(['billing', 'registry', 'marketplace', 'developer-portal', 'auth-gateway', 'connections'])(
    'such as %s, its own routes are 503 and other routes work',
    async (name) => {
      const paths: Record<string, string> = {
        billing: '/v1/billing/balance',
        registry: '/v1/me/extensions',
        marketplace: '/v1/marketplace/apps',
        'developer-portal': '/v1/developer/profile',
        'auth-gateway': '/v1/auth/me',
        connections: '/v1/ext/any-app/oauth/google/accounts',
      };
      const status = async (path: string) => (await skep.http('GET', path, { token: ada.access })).status;
      await skep.killApp(name);
      for (const [owner, path] of Object.entries(paths)) expect([owner, await status(path)]).toEqual([owner, owner === name ? 503 : 200]);
      await skep.startApp(name);
      await waitUntil('its recovery', async () => (await status(paths[name]!)) === 200);
    },
  );
});
