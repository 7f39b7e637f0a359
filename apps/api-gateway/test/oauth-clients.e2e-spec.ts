import { type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import * as current from '@modelcontextprotocol/client';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as openid from 'openid-client';
import { ConsentPages } from './consent-pages.js';
import { publishPaidApp } from './paid-app.js';

/** Published clients, unmodified: they find the authorization server, send their person there, and call. */

const PRICE = 7;
const CALLBACK = 'http://127.0.0.1:9/callback';
let skep: Skep;
let bob: TestUser;
let pages: ConsentPages;

beforeAll(async () => {
  skep = await startSkep({ env: { SKEP_OAUTH_DCR: 'on' } });
  pages = new ConsentPages(skep.url);
  ({ bob } = await publishPaidApp(skep, PRICE));
});
afterAll(() => skep?.close());

const balance = async () => Number((await skep.http('GET', '/v1/billing/balance', { token: bob.access })).json['balance']);
const confirmations = (on: boolean) =>
  skep.http('PATCH', '/v1/me/settings', { token: bob.access, body: { confirmation_enabled: on, confirmation_actions: { write: on } } });

/** What a program keeps of its sign-in, in the shape that both versions of the MCP SDK ask for. */
function memory() {
  const kept: { client?: object; tokens?: object; verifier?: string; url?: URL; discovery?: object } = {};
  const provider = {
    redirectUrl: CALLBACK,
    clientMetadata: { client_name: 'Desk', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' },
    clientInformation: () => kept.client,
    saveClientInformation: (client: object) => void (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens: object) => void (kept.tokens = tokens),
    saveCodeVerifier: (verifier: string) => void (kept.verifier = verifier),
    codeVerifier: () => kept.verifier,
    saveDiscoveryState: (discovery: object) => void (kept.discovery = discovery),
    discoveryState: () => kept.discovery,
    redirectToAuthorization: (url: URL) => void (kept.url = url),
  };
  return { kept, provider };
}

const SAVE = { name: 'link-saver__save_link', arguments: { url: 'https://client.example' } };

describe('the MCP SDK 1.x', () => {
  const connect = async () => {
    const { kept, provider } = memory();
    const authProvider = provider as unknown as OAuthClientProvider;
    const open = () => new StreamableHTTPClientTransport(new URL('/mcp', skep.url), { authProvider });
    const client = new Client({ name: 'desk', version: '1.0.0' });
    const first = open();
    await expect(client.connect(first)).rejects.toThrow(UnauthorizedError);
    const back = await pages.agree(kept.url!, bob);
    await first.finishAuth(back.searchParams.get('code')!);
    await client.connect(open());
    return { client, kept };
  };

  it('signs its person in, lists the functions and calls a priced one', async () => {
    const { client } = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain(SAVE.name);
    const before = await balance();
    expect(await client.callTool(SAVE)).toMatchObject({ structuredContent: { steps: expect.anything() } });
    await waitUntil('the charge', async () => (await balance()) === before - PRICE);
    await client.close();
  });

  it('refreshes its token by itself', async () => {
    const { client, kept } = await connect();
    kept.tokens = { ...kept.tokens, access_token: 'no-longer-valid' };
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    expect(kept.tokens).not.toMatchObject({ access_token: 'no-longer-valid' });
    await client.close();
  });

  it('gets the page on which its person confirms', async () => {
    await confirmations(true);
    try {
      const { client } = await connect();
      expect(await client.callTool(SAVE)).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining(`${skep.url}/app/confirmations/`) }],
      });
      await client.close();
    } finally {
      await confirmations(false);
    }
  });
});

it('the MCP SDK 2 signs its person in, and calls', async () => {
  const { kept, provider } = memory();
  const open = () =>
    new current.StreamableHTTPClientTransport(new URL('/mcp/link-saver', skep.url), {
      authProvider: provider as unknown as current.OAuthClientProvider,
    });
  const client = new current.Client({ name: 'desk', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const first = open();
  await expect(client.connect(first)).rejects.toThrow(current.UnauthorizedError);
  await first.finishAuth((await pages.agree(kept.url!, bob)).searchParams);
  await client.connect(open());
  expect(await client.callTool({ ...SAVE, name: 'save_link' })).toMatchObject({ structuredContent: {} });
  await client.close();
});

describe('openid-client', () => {
  const INSECURE = { execute: [openid.allowInsecureRequests] };
  const resource = () => `${skep.url}/mcp`;

  async function signIn() {
    const metadata = { client_name: 'Desk', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };
    const config = await openid.dynamicClientRegistration(new URL(skep.url), metadata, openid.None(), { algorithm: 'oauth2', ...INSECURE });
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const expectedState = openid.randomState();
    const url = openid.buildAuthorizationUrl(config, {
      ...{ redirect_uri: CALLBACK, scope: 'mcp:tools', resource: resource(), state: expectedState },
      ...{ code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256' },
    });
    const back = await pages.agree(url, bob);
    const checks = { pkceCodeVerifier, expectedState };
    return { config, checks, back, tokens: await openid.authorizationCodeGrant(config, back, checks, { resource: resource() }) };
  }
  const list = (access_token: string) =>
    skep.http('POST', '/mcp', {
      token: access_token,
      headers: { accept: 'application/json, text/event-stream' },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
    });

  it('signs its person in, refreshes and revokes', async () => {
    const { config, tokens } = await signIn();
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'mcp:tools' });
    expect((await list(tokens.access_token)).status).toBe(200);
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token!);
    expect((await list(next.access_token)).status).toBe(200);
    await openid.tokenRevocation(config, next.refresh_token!);
    await waitUntil('every gateway to know', async () => (await list(next.access_token)).status === 401);
    await expect(openid.refreshTokenGrant(config, next.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('refuses a response of another issuer or state, and a second use of a code is refused', async () => {
    const { config, checks, back } = await signIn();
    const other = new URL(back);
    other.searchParams.set('iss', 'https://other.example');
    const grant = (url: URL, more = {}) => openid.authorizationCodeGrant(config, url, { ...checks, ...more }, { resource: resource() });
    await expect(grant(other)).rejects.toMatchObject({ cause: { message: expect.stringContaining('"iss"') } });
    await expect(grant(back, { expectedState: 'another' })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('"state"') },
    });
    await expect(grant(back)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});
