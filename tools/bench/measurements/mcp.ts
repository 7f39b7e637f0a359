import type { auth } from '@skep/contracts/auth';
import type { marketplace } from '@skep/contracts/marketplace';
import type { portal } from '@skep/contracts/portal';
import { waitUntil } from '@skep/testkit';
import { freePort } from '@skep/platform/free-port';
import { fileURLToPath } from 'node:url';
import { systemEnv } from '../../start/apps.ts';
import { terminate } from '../../start/processes.mjs';
import { logIn, signUp } from '../client.ts';
import { contest, type Result } from '../contest.ts';
import type { Measurement } from '../measurement.ts';
import { callerOf, deployApp, keepNote, notesIr } from '../notes-app.ts';
import { startProgram } from '../rivals.ts';
import type { Skep } from '../skep.ts';

export const description = 'a function called over MCP, beside the same call over the API, and the bare server of the MCP SDK';

const APP = 'bench-mcp';
const REVISION = '2026-07-28';
const TOOL = `${APP}__find`;
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': REVISION };
const META = { 'io.modelcontextprotocol/protocolVersion': REVISION, 'io.modelcontextprotocol/clientCapabilities': {} };

/** A request that calls a tool. */
function callOf(name: string, params: unknown, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: params, _meta: META } });
  return { method: 'POST' as const, path: '/mcp', headers: { ...HEADERS, 'mcp-method': 'tools/call', 'mcp-name': name, ...headers }, body };
}

export const run: Measurement['run'] = async (skep, options) => {
  const { access_token: token } = await logIn(skep);
  await publish(skep, token);
  const caller = await callerOf(skep.http, token);
  const params = { id: await keepNote(APP, caller) };
  const path = `/v1/extensions/${APP}/call`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = { method: 'POST' as const, path, headers, body: JSON.stringify(caller.body('find', params)) };
  const { key } = await skep.http<typeof auth.createApiKey>('POST', '/v1/keys', {
    token,
    body: { name: 'bench' },
  });
  const port = await freePort();
  const bare = startProgram(fileURLToPath(new URL('../bare/mcp.ts', import.meta.url)), { ...systemEnv(process.env), PORT: String(port) });
  const stop = () => terminate(bare.id, { within: 1_000 });
  skep.beforeStop(stop);
  try {
    await bare.ready;
    const calls = { mcp: callOf(TOOL, params, { 'x-api-key': key }), sdk: callOf('find', params) };
    const sdkUrl = `http://127.0.0.1:${port}`;
    await mustAnswer(skep.url, calls.mcp);
    await mustAnswer(sdkUrl, calls.sdk);
    const results = await contest(
      'mcp',
      [
        { name: 'api', url: skep.url, requests: [request], pids: skep.pids },
        { name: 'mcp', url: skep.url, requests: [calls.mcp], pids: skep.pids },
        { name: 'sdk', url: sdkUrl, requests: [calls.sdk], pids: { sdk: bare.id.pid } },
      ],
      options,
    );
    return { title: 'POST /mcp: tools/call, 64 connections', results, targets: targets(results) };
  } finally {
    await stop();
  }
};

const targets = ({ api, mcp }: Record<'api' | 'mcp' | 'sdk', Result>) => [{ name: 'mcp / api', value: mcp.rps / api.rps, atLeast: 0.8 }];

/** A client finds the functions of apps that its user has installed. @param token of an administrator, who makes the app; another one approves it */
async function publish(skep: Skep, token: string): Promise<void> {
  const { http } = skep;
  const developer = await callerOf(http, token);
  await deployApp(http, token, developer, notesIr(APP));
  // Not only for its maker.
  await developer.call('developer', 'deploy_ir', { app_id: APP, ir_dict: notesIr(APP) });
  const other = await signUp(skep);
  const { imperal_id } = await http<typeof auth.getMe>('GET', '/v1/auth/me', { token: other.access_token });
  await http<typeof auth.updateUser>('PATCH', `/v1/users/${imperal_id}`, { token, body: { role: 'admin' } });
  const { access_token: reviewer } = await http<typeof auth.refresh>('POST', '/v1/auth/refresh', {
    body: { refresh_token: other.refresh_token },
  });
  await http<typeof portal.approveApp>('POST', `/v1/admin/apps/${APP}/approve`, { token: reviewer, body: {} });
  // The registry learns of the approval a moment later.
  await waitUntil('the install', () =>
    http<typeof marketplace.installApp>('POST', `/v1/marketplace/apps/${APP}/install`, { token, body: {} }),
  );
}

/** An error of a tool is HTTP 200 as well. */
async function mustAnswer(url: string, { path, ...request }: ReturnType<typeof callOf>): Promise<void> {
  const answer = await (await fetch(url + path, request)).text();
  if (!answer.includes('Milk, eggs.')) throw new Error(`${url + path} answers ${answer}`);
}
