// The suite for authorization servers, with a person who signs in and agrees: node authorization.ts SUITE URL DATA PORT
import { spawn } from 'node:child_process';
import { ConsentPages } from '../../apps/api-gateway/dist/test/consent-pages.js';
import { Installation } from './installation.ts';

const [suite = '', url = '', data = '', port = ''] = process.argv.slice(2);
const { post, signUp } = new Installation(url, data);
const person = await signUp('authorization');
const metadata = { client_name: 'Suite', redirect_uris: [`http://127.0.0.1:${port}/callback`], token_endpoint_auth_method: 'none' };
const { client_id = '' } = await post('/oauth/register', metadata);

const args = ['authorization', '--url', url, '--port', port, '--client-id', client_id, '--resource', `${url}/mcp`];
const running = spawn(suite, args, { stdio: ['ignore', 'pipe', 'inherit'] });
let printed = '';
let isAsked = false;
for await (const text of running.stdout.setEncoding('utf8')) {
  process.stdout.write(text as string);
  printed += text as string;
  const address = /^http\S+\/oauth\/authorize\?\S+(?=\n)/m.exec(printed)?.[0];
  if (!address || isAsked) continue;
  isAsked = true;
  await fetch(await new ConsentPages(url).agree(new URL(address), person));
}
// The suite ends with 0, also if it did not get so far.
const { passed = '0', failed = '1' } = /^Total: (?<passed>\d+) passed, (?<failed>\d+) failed/m.exec(printed)?.groups ?? {};
process.exitCode = isAsked && Number(passed) > 2 && failed === '0' ? 0 : 1;
