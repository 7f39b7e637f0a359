import {
  type McpUpstream,
  OAUTH_CLIENT,
  type Skep,
  startMcpUpstream,
  startOAuthProvider,
  startSkep,
  type StrictProvider,
  type TestUser,
  waitUntil,
} from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { clientOf } from './paid-app.js';

/** An MCP server of an app that takes access tokens of an OAuth provider, of which the operator is a client. */

const APP = 'remote';
let skep: Skep;
let upstream: McpUpstream;
let provider: StrictProvider;
let ada: TestUser;
let bob: TestUser;
let eve: TestUser;

beforeAll(async () => {
  [upstream, provider] = [await startMcpUpstream(), await startOAuthProvider()];
  upstream.credentials = 'access-';
  const { acme } = JSON.parse(provider.setting) as { acme: object };
  const asOperator = { acme: { ...acme, client_id: OAUTH_CLIENT.id, client_secret: OAUTH_CLIENT.secret } };
  skep = await startSkep({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32', SKEP_OAUTH_PROVIDERS: JSON.stringify(asOperator) } });
  [ada, bob, eve] = [await skep.signUpUser(), await skep.signUpUser(), await skep.signUpUser()];
  const developer = clientOf(skep, ada);
  await developer.registerDeveloper({ display_name: 'Ada' });
  await developer.createApp({ app_id: APP, name: 'Remote', short_description: 'Adds.', category: 'productivity' });
  const source = { kind: 'remote_mcp' as const, url: upstream.url(), oauth: { provider: 'acme', scopes: ['sums'] } };
  await developer.recordDeploy({ app_id: APP, version: '1.0.0', source });
  const deploys = () => skep.http('GET', `/v1/developer/apps/${APP}/deploys`, { token: ada.access });
  await waitUntil('the deploy', async () => String((await deploys()).rows[0]!['status']) === 'success', 10_000);
  await developer.submitApp({ app_id: APP });
  await clientOf(skep, await skep.signInAdmin()).approveApp({ app_id: APP });
  for (const who of [bob, eve]) await waitUntil('the install', () => clientOf(skep, who).installApp({ app_id: APP }), 10_000);
});
beforeEach(() => void (upstream.received.length = 0));
afterAll(async () => {
  await skep?.close();
  await upstream?.close();
  await provider?.close();
});

const add = async (who: TestUser) =>
  (
    await skep.http('POST', `/v1/extensions/${APP}/call`, {
      token: who.access,
      body: { user_id: who.id, function: 'add', params: { a: 20, b: 22 } },
    })
  ).json;

/** Connects the account of a person, as their browser would. */
async function connect(who: TestUser, subject: string): Promise<void> {
  const { json } = await skep.http('POST', `/v1/ext/${APP}/oauth/acme/start`, { token: who.access, body: {} });
  const { code, state } = provider.agree(String(json['authorize_url']), subject);
  const query = new URLSearchParams({ code, state }).toString();
  expect((await skep.http('GET', `/v1/oauth/acme/callback?${query}`, { token: who.access })).status).toBe(200);
}

it('without a connected account nothing goes up, and the failure names the provider', async () => {
  expect(await add(bob)).toMatchObject({ error_code: 'CREDENTIAL_REQUIRED', error: expect.stringContaining("account at 'acme'") });
  expect(upstream.calls()).toEqual([]);
});

it("gets the token of each user's own account, and a new one when it has expired", async () => {
  await connect(bob, 'bob');
  expect(await add(bob)).toMatchObject({ status: 'success', data: { structuredContent: { sum: 42 } } });
  expect(await add(eve)).toMatchObject({ error_code: 'CREDENTIAL_REQUIRED' });
  await connect(eve, 'eve');
  await add(eve);
  await skep.infra.query('connections', 'update oauth_account set expires_at = now()');
  await add(bob);
  const sent = upstream.calls().map(({ headers }) => headers['authorization']);
  expect(sent.every((header) => header?.startsWith('Bearer access-'))).toBe(true);
  expect([sent.length, new Set(sent).size, provider.refreshes]).toEqual([3, 3, 1]);
});

it('gets nothing more after the account is disconnected', async () => {
  const { rows } = await skep.http('GET', `/v1/ext/${APP}/oauth/acme/accounts`, { token: bob.access });
  const path = `/v1/ext/${APP}/oauth/acme/accounts/${String(rows[0]!['account_id'])}`;
  expect((await skep.http('DELETE', path, { token: bob.access })).status).toBe(200);
  expect(await add(bob)).toMatchObject({ error_code: 'CREDENTIAL_REQUIRED' });
  expect(upstream.calls()).toEqual([]);
});
