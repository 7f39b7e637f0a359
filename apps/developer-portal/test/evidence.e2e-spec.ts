import { portal, type RecordDeploy, type RejectApp, REVIEW_CODES } from '@skep/contracts/portal';
import { asUser, waitUntil } from '@skep/testkit';
import { expect, it } from '@jest/globals';
import { administrator, irOf, linkSaver, notFound, tooling } from './portal.js';
import { ada, reviewing, zoe } from './reviewing.js';

const { harness, ready, submit, approve, reject, withdraw, appOf, approved } = reviewing();
const submissions = async (app_id: string, ctx = ada) => (await harness().call(portal.listSubmissions, ctx, { app_id })).rows;
const rejectWith = (app_id: string, more: Partial<RejectApp>) =>
  harness().call(portal.rejectApp, administrator(), { app_id, reason: 'No.', codes: ['other'], ...more });

it('a developer sees why an app was rejected: reason, codes and evidence, until they submit it again', async () => {
  await ready('links');
  await submit('links');
  await reject('links');
  const rejected = { reject_reason: 'It does nothing.', reject_codes: ['incomplete'], reject_evidence: 'It answers nothing.' };
  expect(await appOf('links')).toMatchObject({ status: 'draft', ...rejected });
  await submit('links');
  expect(await appOf('links')).toMatchObject({ reject_reason: null, reject_codes: [], reject_evidence: null });
});

it('a developer lists the submissions of their app with the decisions, newest first, without who decided', async () => {
  await ready('history');
  await submit('history');
  await reject('history');
  await submit('history');
  await withdraw('history');
  await submit('history');
  await harness().call(portal.approveApp, administrator(), { app_id: 'history', evidence: 'All functions answer.' });
  await harness().deployIr(ada, 'history', irOf('history', '2.0.0'));
  await submit('history');
  const rows = await submissions('history');
  expect(rows.map(({ revision, decision, codes, evidence }) => [revision, decision, codes, evidence])).toEqual([
    [2, null, [], null],
    [1, 'approved', [], 'All functions answer.'],
    [1, 'withdrawn', [], null],
    [1, 'rejected', ['incomplete'], 'It answers nothing.'],
  ]);
  expect(rows[3]).toMatchObject({ reason: 'It does nothing.', version: '1.0.0', decided_at: expect.any(Date) });
  expect(JSON.stringify(rows)).not.toContain('root');
});

it('the submissions of another developer’s app, or of a missing one, are not found', async () => {
  await ready('foreign');
  for (const ctx of [asUser('bob'), zoe]) await expect(submissions('foreign', ctx)).rejects.toMatchObject(notFound);
  await expect(submissions('none')).rejects.toMatchObject(notFound);
});

it('a rejection names codes of the published list, one or more', async () => {
  await ready('coded');
  await submit('coded');
  for (const codes of [['no_such_code'], [], ['incomplete', 'lost']])
    await expect(rejectWith('coded', { codes })).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['codes'] }] } });
  await expect(rejectWith('coded', { evidence: 'x'.repeat(5_001) })).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  const bare = { app_id: 'coded', reason: 'No.' } as RejectApp;
  expect(await harness().call(portal.rejectApp, administrator(), bare)).toMatchObject({ reject_codes: ['other'], reject_evidence: null });
  await submit('coded');
  expect(await rejectWith('coded', { codes: REVIEW_CODES.slice(0, 10) })).toMatchObject({ reject_codes: REVIEW_CODES.slice(0, 10) });
});

it('an approval names the hosts of servers that the reviewed release calls, also those of a manifest, and of no later one', async () => {
  const at = (name: string, url: string) => ({ name, description: 'Does it.', action_type: 'read', impl: { kind: 'http', url } });
  const ir = (app_id: string, functions: object[], version = '1.0.0') => ({
    ...{ ir_version: '1.0', app: { id: app_id, version, title: 'Orders', description: 'Finds orders.', functions } },
  });
  await harness().create(ada, { app_id: 'calling', ...linkSaver, icon: 'link' });
  const functions = [
    at('find', 'https://b.example:8443/f'),
    at('list', 'https://a.example/l'),
    at('__webhook__new', 'https://a.example/w'),
  ];
  await harness().deployIr(ada, 'calling', ir('calling', functions));
  await submit('calling');
  await harness().deployIr(ada, 'calling', ir('calling', [at('find', 'https://later.example')], '2.0.0'));
  await approve('calling');
  const hostsOf = async (id: string) =>
    (await waitUntil('the approval', () => approved.find(({ app_id }) => app_id === id))).capabilities?.hosts;
  expect(await hostsOf('calling')).toEqual(['a.example', 'b.example:8443']);

  await harness().create(ada, { app_id: 'listing', ...linkSaver, icon: 'link' });
  const tools = [{ name: 'find', description: 'Finds an order.', action_type: 'read', endpoint: 'https://c.example/f' }];
  const manifest_json = { app_id: 'listing', version: '1.0.0', name: 'Listing', description: 'Finds orders by their numbers.', tools };
  await harness().call(portal.syncManifest, tooling(), { app_id: 'listing', manifest_json });
  await harness().call(portal.recordDeploy, ada, { app_id: 'listing', version: '1.0.0' } as RecordDeploy);
  await waitUntil('the deploy', async () => (await harness().query(`select from app where app_id = 'listing' and revision = 1`))[0]);
  await submit('listing');
  await approve('listing');
  expect(await hostsOf('listing')).toEqual(['c.example']);
});

it('an approval publishes what the app may do', async () => {
  await ready('capable');
  await submit('capable');
  await approve('capable');
  const { capabilities } = await waitUntil('the approval', () => approved.find(({ app_id }) => app_id === 'capable'));
  expect(capabilities).toMatchObject({ reads: ['list_links'], writes: ['save_link'], destructive: [], models: false });
});
