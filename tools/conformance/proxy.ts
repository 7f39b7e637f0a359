// A loopback proxy that signs requests of the conformance suite for MCP, which cannot sign in: node proxy.ts URL DATA PORT FIXTURE_PORT
// First it publishes the app that the suite tests: the MCP server of fixture.ts.
import { createServer, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from './installation.ts';

const [url = '', data = '', port = '', fixturePort = ''] = process.argv.slice(2);
const { post, secrets, signUp } = new Installation(url, data);
const as = (token = '') => ({ authorization: `Bearer ${token}` });

const app_id = 'mcp-conformance';
async function publish(developer: Record<string, string>): Promise<void> {
  const app = `/v1/developer/apps/${app_id}`;
  await post('/v1/developer/register', { display_name: 'Conformance' }, developer);
  const described = { name: 'Conformance', short_description: 'For the conformance suite.', category: 'productivity' };
  await post('/v1/developer/apps', { app_id, ...described }, developer);
  const server = { kind: 'remote_mcp', url: `http://127.0.0.1:${fixturePort}/mcp`, long_running: ['slow_compute', 'failing_job'] };
  await post(`${app}/deploys`, { version: '1.0.0', source: { ...server, relays: ['sampling', 'roots'] } }, developer);
  for (let status = 'pending'; status !== 'success'; await sleep(200)) {
    const [deploy] = (await (await fetch(`${url}${app}/deploys`, { headers: developer })).json()) as Record<string, string>[];
    status = deploy?.['status'] ?? 'pending';
    if (status === 'failed') throw new Error(deploy?.['error_message']);
  }
  await post(`${app}/submit`, {}, developer);
  const admin = { email: secrets['SKEP_ADMIN_EMAIL'] ?? 'admin@skep.local', password: secrets['SKEP_ADMIN_PASSWORD'] ?? '' };
  const { access_token } = await post('/v1/auth/login', admin);
  await post(`/v1/admin/apps/${app_id}/approve`, {}, as(access_token));
}

await publish(as((await signUp('developer')).access_token));
const user = as((await signUp('conformance')).access_token);
// The registry learns of the approval a moment later.
const install = () => post(`/v1/marketplace/apps/${app_id}/install`, {}, user);
while (!(await install().catch(() => ({ installed: false }))).installed) await sleep(200);
const { key = '' } = await post('/v1/keys', { name: 'conformance' }, user);

// Host and Origin pass as they come.
createServer((incoming, answer) => {
  const headers = { ...incoming.headers, 'x-api-key': key };
  const forwarded = request(new URL(incoming.url ?? '/', url), { method: incoming.method ?? 'GET', headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  forwarded.on('error', () => answer.destroy());
  answer.on('close', () => forwarded.destroy());
  incoming.pipe(forwarded);
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
