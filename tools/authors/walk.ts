// Each template of `app init`, as its author publishes it and as another person uses and pays it: node walk.ts URL DATA
// The commands are those of docs/apps/command-line.md. Ends with 'N passed, N failed'.
import { createClient } from '@skep/client';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Installation } from '../conformance/installation.ts';
import { ROOT } from '../setup/paths.mjs';
import { CALENDAR_API, CALENDAR_PORT, startCalendar } from './calendar.ts';

/** Credits for a call, of which an author of the smallest tier gets 70 %. */
const PRICE = 10;
const SHARE = 7;
const WAIT_MS = 20_000;

interface Template {
  name: string;
  /** The function that is priced and called. */
  call: { function: string; params: Record<string, unknown> };
  /** What its author changes in the files. */
  changes?: Readonly<Record<string, string>>;
  /** The provider whose account the other person connects first. */
  provider?: string;
}

const TEMPLATES: readonly Template[] = [
  { name: 'declarative', call: { function: 'add_note', params: { text: 'Buy milk' } } },
  { name: 'code', call: { function: 'count_words', params: { text: 'one two three' } } },
  { name: 'panel', call: { function: 'add_task', params: { title: 'Water the plants' } } },
  { name: 'schedule', call: { function: 'note', params: { text: 'Call Ada' } } },
  {
    name: 'http-api',
    call: { function: 'add_event', params: { text: 'Lunch on Friday' } },
    changes: { [CALENDAR_API.google]: CALENDAR_API.ours, 'http:www.googleapis.com': `http:127.0.0.1:${CALENDAR_PORT}`, google: 'calendar' },
    provider: 'calendar',
  },
];

const [url = '', data = ''] = process.argv.slice(2);
const installation = new Installation(url, data);
const run = promisify(execFile);
const skepAs = (token: string) => createClient({ url, credentials: { token } });
type Client = ReturnType<typeof skepAs>;

/** Runs `npm run skep -- app …` in a folder. @throws Error with what it printed */
async function cli(folder: string, token: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, INIT_CWD: folder, SKEP_URL: url, SKEP_TOKEN: token };
  const { stdout } = await run(process.execPath, [join(ROOT, 'tools/skep.mjs'), 'app', ...args], { cwd: ROOT, env }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`app ${args.join(' ')}: ${error.stdout ?? ''}${error.stderr ?? error.message}`);
    },
  );
  return stdout;
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + WAIT_MS; ; await wait(200)) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come within ${WAIT_MS / 1000} s`);
  }
}

/** Replaces texts in all files of a folder. */
function change(folder: string, changes: Readonly<Record<string, string>>): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) change(path, changes);
    else {
      const text = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        Object.entries(changes).reduce((now, [from, to]) => now.replaceAll(from, to), text),
      );
    }
  }
}

/** Connects an account at a provider, as the browser of the person does. */
async function connect(skep: Client, { email }: { email: string }, app_id: string, provider: string): Promise<void> {
  const { authorize_url } = await skep.startConnection({ app_id, provider });
  const page = await (await fetch(authorize_url)).text();
  const hidden = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(
    ([, name = '', value = '']) => [name, value] as [string, string],
  );
  const form = new URLSearchParams([...hidden, ['email', email], ['decision', 'connect']]);
  const answer = await fetch(`${url}/v1/ext/${app_id}/oauth/${provider}/confirm`, { method: 'POST', body: form });
  if (!answer.ok) throw new Error(`the account was not connected: ${answer.status} ${await answer.text()}`);
}

async function publish({ name, call, changes, provider }: Template, work: string): Promise<void> {
  const app_id = `walk-${name}-${Date.now().toString(36)}`;
  const folder = join(work, app_id);
  const author = await installation.signUp('author');
  const cliOf = (...args: string[]) => cli(work, author.access_token, ...args);
  await cliOf('register', 'Walker');
  await cliOf('init', app_id, '--template', name);
  if (changes) change(folder, changes);
  const settings = JSON.parse(readFileSync(join(folder, 'skep.json'), 'utf8')) as object;
  const prices = { pricing_model: 'per_action', pricing_config: { tool_prices: { [call.function]: PRICE } } };
  writeFileSync(join(folder, 'skep.json'), JSON.stringify({ ...settings, ...prices }));
  await cliOf('validate', app_id);
  await cliOf('test', app_id);
  await cliOf('deploy', app_id, '--submit');

  const { SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD: password } = installation.secrets;
  const { access_token: admin = '' } = await installation.post('/v1/auth/login', { email, password });
  await skepAs(admin).approveApp({ app_id });

  const person = await installation.signUp('person');
  const skep = skepAs(person.access_token);
  await until('the approved app', () =>
    skep.installApp({ app_id }).then(
      () => true,
      () => false,
    ),
  );
  if (provider) await connect(skep, person, app_id, provider);
  const { imperal_id: user_id } = await skep.getMe();
  const result = await skep.callFunction({ app_id, user_id, ...call });
  if (result.status !== 'success') throw new Error(`the call of another person failed: ${JSON.stringify(result)}`);
  await until('the booked earnings', async () => {
    const { total_earnings } = await skepAs(author.access_token).getAppEarnings({ app_id });
    return total_earnings === SHARE;
  });
}

const work = mkdtempSync(join(tmpdir(), 'skep-authors-'));
const calendar = await startCalendar();
let failed = 0;
for (const template of TEMPLATES) {
  const error = await publish(template, work).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error) failed++;
  console.log(
    `${error ? 'FAIL' : 'ok  '}  ${template.name}, from init to booked earnings`,
    error instanceof Error ? `\n${error.message}` : '',
  );
}
calendar.close();
rmSync(work, { recursive: true, force: true });
console.log(`${TEMPLATES.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
