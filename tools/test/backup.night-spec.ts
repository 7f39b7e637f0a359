import { freePort } from '@skep/platform/free-port';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { NODE, ROOT } from '../setup/paths.mjs';
import { servicesWithDatabase } from '../start/installation.ts';
import { findPostgres, startPostgres } from '../start/postgres.ts';
import { readSecrets } from '../start/secrets.ts';
import { databaseName } from '../start/services.mjs';

const folder = mkdtempSync(join(tmpdir(), 'skep-backup-'));
const [live, restored, backup] = ['live', 'restored', 'backup'].map((name) => join(folder, name)) as [string, string, string];
const password = 'correct horse battery';
/** The credits of a new user. A call of the app costs one. */
const GRANT = 500;
/** By their data folders. */
const installations = new Map<string, ChildProcess>();

/** A row of the marketplace's `popularity`. */
interface Counted {
  action_count: number;
}

let bob: User;
/** The ids of documents that were acknowledged before the backup began. */
let documents: string[];
let printed: string;
/** The rows of the installation after the backup, and those of the backup. */
let later: Row[];
let copied: Row[];
/** Of the transactions that wrote the rows of `later`, those that the backup contains. */
let committed: Set<string>;

beforeAll(async () => {
  const api = await start(live);
  const ada = await signUp(api, 'ada');
  bob = await signUp(api, 'bob');
  await publish(api, ada, bob);
  const traffic = startTraffic(api, bob);
  const [marketplace, kernel] = [await connect(live, 'marketplace'), await connect(live, 'kernel')];
  await until('the marketplace to count calls', async () => {
    const { rows } = await marketplace.query<Counted>(`select action_count from popularity where app_id = 'link-saver'`);
    return Number(rows[0]?.action_count ?? 0) > 2;
  });
  // From now on the marketplace cannot consume events.
  await marketplace.query('begin; lock table inbox in access exclusive mode');
  const consumed = traffic.documents.length;
  await until('calls whose events are sent, but not consumed', async () => {
    const { rowCount } = await kernel.query(`
      select from outbox, jsonb_array_elements(payload->'calls') call where sent_at is not null and call->>'app_id' = 'link-saver'`);
    return (rowCount ?? 0) > consumed + 5;
  });
  documents = [...traffic.documents];
  await uploadFile(api, bob, FILE);
  const answer = await skep(live, 'backup', backup);
  if (answer.code !== 0) throw new Error(answer.printed);
  printed = answer.printed;
  expect(traffic.documents.length).toBeGreaterThan(documents.length);
  await Promise.all([traffic.stop(), marketplace.end(), kernel.end()]);
  later = await readRows(live);
  ({ copied, committed } = await readBackup());
});

afterAll(async () => {
  await Promise.all([...installations.values()].map(stop));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
});

test('a backup says what it contains, and only its owner can read it', () => {
  expect(printed).toMatch(/Backed up the state of 20\S+Z in .*It contains the keys/);
  expect([statSync(backup).mode & 0o777, statSync(join(backup, 'secrets.env')).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(readdirSync(backup)).toEqual(expect.arrayContaining(['backup.json', 'mail', 'objects', 'postgres', 'secrets.env']));
  const files = Object.keys((JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8')) as { files: object }).files);
  expect(files).toEqual(expect.arrayContaining(['secrets.env', 'postgres/backup_label', 'postgres/global/pg_control']));
  expect(files.filter((file) => /postmaster|pg_replslot\/|pg_internal/.test(file))).toEqual([]);
});

test('it contains each row as it was at one moment, and everything that was acknowledged before', () => {
  const ids = new Set(copied.filter(({ table }) => table === 'kernel.document').map(({ row }) => (JSON.parse(row) as { id: string }).id));
  expect(documents.filter((id) => !ids.has(id))).toEqual([]);
  const texts = new Set(copied.map(({ row }) => row));
  expect(later.filter(({ xid, row }) => committed.has(xid) && !texts.has(row))).toEqual([]);
  // Other rows of the backup have been changed or deleted since.
  const current = new Map(later.map((row) => [row.key, row]));
  const differing = copied.filter(({ key, row }) => current.get(key)?.row !== row);
  expect(differing.filter(({ key }) => committed.has(current.get(key)?.xid ?? ''))).toEqual([]);
});

test('it does not replace anything, and needs a running installation with its own Postgres', async () => {
  expect(await skep(live, 'backup', backup)).toEqual({ code: 1, printed: `${backup} is not empty. Name a new folder.\n` });
  const inside = join(live, 'backup');
  expect((await skep(live, 'backup', inside)).printed).toBe(`${inside} is in the data folder. Name a folder outside ${live}.\n`);
  const other = join(folder, 'other');
  expect((await skep(join(folder, 'none'), 'backup', other)).printed).toMatch(/none contains no embedded Postgres\. Set SKEP_DATA/);
  expect((await skep(join(folder, 'copy'), 'backup', other)).printed).toMatch(
    /Skep does not run with the data folder .*copy\. Run npm start/,
  );
  const external = await run(live, ['backup', other], { DATABASE_URL: 'postgresql://127.0.0.1' });
  expect(external.printed).toMatch(/DATABASE_URL .* Use pg_dump or pgBackRest\. See Backups in docs\/operations\.md/);
  expect(existsSync(other)).toBe(false);
});

test('a running installation is not replaced', async () => {
  const { code, printed } = await skep(live, 'restore', backup, '--yes');
  expect([code, printed]).toEqual([
    1,
    `Skep runs with the data folder ${live}. Stop it with npm run skep -- stop, then restore the backup.\n`,
  ]);
});

test('an interrupted backup is refused', async () => {
  const interrupted = join(folder, 'interrupted');
  const { signal } = await run(live, ['backup', interrupted], {}, (printed) => printed.includes('Copying the databases'));
  expect([signal, readdirSync(interrupted)]).toEqual(['SIGKILL', ['objects', 'postgres']]);
  expect((await skep(restored, 'restore', interrupted)).printed).toBe(
    `${interrupted} is not a complete backup: ${interrupted}/backup.json does not exist. Restore another one.\n`,
  );
});

test.each<[string, () => () => void, RegExp]>([
  ['a changed file', () => change('secrets.env', (text) => text.replace('0', '1')), /secrets\.env is not as it was written: it is damaged/],
  ['a missing file', () => change('postgres/backup_label', () => undefined), /backup_label is missing\. Restore another backup/],
  ['a damaged list of files', () => change('backup.json', (text) => text.slice(0, -9)), /backup\.json is damaged\. Restore another backup/],
  [
    'a newer release',
    () => change('version.json', (text) => text.replace('"release": "', '"release": "1')),
    /was used by release 1\S+, and this is release/,
  ],
  ['another system', () => change('backup.json', (text) => text.replace(process.arch, 'vax')), /was made on linux-vax, and its files/],
])('a backup with %s is refused, and nothing is changed', async (_, damage, sentence) => {
  const repair = damage();
  const { code, printed } = await skep(restored, 'restore', backup);
  repair();
  expect([code, printed]).toEqual([1, expect.stringMatching(sentence)]);
  expect(readdirSync(folder).filter((name) => name.startsWith('restored'))).toEqual([]);
});

test('data is replaced only with --yes, and stays beside the restored data', async () => {
  mkdirSync(restored);
  writeFileSync(join(restored, 'notes'), 'mine');
  expect((await skep(restored, 'restore', backup)).printed).toBe(
    `${restored} contains data. With --yes it is replaced, and stays beside it.\n`,
  );
  const { code, printed } = await skep(restored, 'restore', backup, '--yes');
  expect([code, printed]).toEqual([
    0,
    expect.stringMatching(/Restored the state of .*Z in .*restored\. The data before is in .* Run npm start\./),
  ]);
  const [, kept] = readdirSync(folder).filter((name) => name.startsWith('restored'));
  expect(kept).toMatch(/^restored\.before-restore-20/);
  expect(readdirSync(join(folder, kept ?? ''))).toEqual(['notes']);
  expect(readdirSync(restored)).toEqual(expect.arrayContaining(['mail', 'objects', 'postgres', 'secrets.env']));
});

test('the restored installation continues: accounts, wallets, files, tokens, and each event exactly once', async () => {
  await stop(installations.get(live)!);
  const api = await start(restored);
  await expectOk(send(`${api}/v1/auth/me`, bob.token));
  await expectOk(send(`${api}/v1/auth/login`, undefined, { email: bob.email, password }));
  expect(await downloadFile(api, bob)).toBe(FILE);

  // When the backup was made, the marketplace had not counted all calls of the app.
  const [kernel, marketplace] = [await connect(restored, 'kernel'), await connect(restored, 'marketplace')];
  const one = async (client: pg.Client, query: string) =>
    Number(Object.values((await client.query<Record<string, string>>(query)).rows[0] ?? {})[0]);
  const calls = await one(kernel, `select count(*) from action where app_id = 'link-saver'`);
  const { action_count } = JSON.parse(copied.find(({ key }) => key === 'marketplace.popularity ["link-saver"]')?.row ?? '{}') as Counted;
  expect([action_count > 0, action_count < calls]).toEqual([true, true]);
  await until('all events to be consumed', async () => {
    if (await one(kernel, 'select count(*) from outbox where sent_at is null')) return false;
    const { printed } = await skep(restored, 'status', '--json');
    const { consumers } = JSON.parse(printed) as { consumers: Record<'pending' | 'in_hand', number>[] };
    return consumers.every(({ pending, in_hand }) => pending + in_hand === 0);
  });
  expect(await one(marketplace, `select action_count from popularity where app_id = 'link-saver'`)).toBe(calls);
  expect((await expectOk(send(`${api}/v1/billing/wallet`, bob.token))).balance).toBe(GRANT - calls);

  expect((await skep(restored, 'ledger', 'check')).printed).toMatch(/No inconsistencies\./);
  expect((await skep(restored, 'billing', 'reconcile', '--to', new Date().toISOString())).printed).toMatch(/No differences\./);
  await Promise.all([kernel.end(), marketplace.end()]);
});

/** Changes a file of the backup, or removes it, and returns a function that restores it. */
function change(file: string, to: (text: string) => string | undefined): () => void {
  const path = join(backup, file);
  const text = readFileSync(path, 'utf8');
  const changed = to(text);
  if (changed === undefined) rmSync(path);
  else writeFileSync(path, changed);
  return () => writeFileSync(path, text);
}

// The test starts and stops whole installations.

async function start(data: string): Promise<string> {
  const port = await freePort();
  const env = { PATH: process.env.PATH, PORT: String(port), SKEP_DATA: data, SKEP_RATE_LIMITS: 'off', LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, [join(ROOT, 'tools/start.mjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  installations.set(data, child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const exited = once(child, 'exit');
  while (!output.includes('Skep is ready at')) {
    if (await Promise.race([exited, sleep(50)])) throw new Error(`Skep did not start:\n${output}`);
  }
  return `http://127.0.0.1:${port}`;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

const skep = (data: string, ...line: string[]) => run(data, line).then(({ code, printed }) => ({ code, printed }));

/** Runs a command. @param isEnough whether to kill it, after what it has printed */
async function run(data: string, line: string[], env = {}, isEnough = (_: string) => false) {
  const child = spawn(NODE, [join(ROOT, 'tools/cli/main.ts'), ...line], { env: { PATH: process.env.PATH, SKEP_DATA: data, ...env } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      printed += text.toString();
      if (isEnough(printed)) child.kill('SIGKILL');
    });
  const [code, signal] = (await once(child, 'close')) as [number, string];
  return { code, signal, printed };
}

// What its users do.

interface User {
  id: string;
  email: string;
  token: string;
}

/** The members of answers that are read here. */
interface Answer {
  access_token?: string;
  imperal_id?: string;
  balance?: number;
  status?: string;
  data?: { steps?: { s1?: { id?: string } } };
}

async function send(url: string, token: string | undefined, body?: object, method = body ? 'POST' : 'GET') {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { ok: response.ok, text, json: (text ? JSON.parse(text) : {}) as Answer };
}

async function expectOk(answer: ReturnType<typeof send>): Promise<Answer> {
  const { ok, text, json } = await answer;
  if (!ok || json.status === 'error') throw new Error(text);
  return json;
}

async function signUp(api: string, name: string): Promise<User> {
  const email = `${name}@example.com`;
  await expectOk(send(`${api}/v1/auth/signup`, undefined, { email, password }));
  let token: string | undefined;
  await until(`the e-mail to ${email}`, () => {
    const mail = join(live, 'mail');
    const texts = (existsSync(mail) ? readdirSync(mail) : []).map((file) => readFileSync(join(mail, file), 'utf8'));
    token = /token=(\S+)/.exec(texts.find((text) => text.includes(email)) ?? '')?.[1];
    return token !== undefined;
  });
  const { access_token = '' } = await expectOk(send(`${api}/v1/auth/verify-email`, undefined, { token }));
  const { imperal_id = '' } = await expectOk(send(`${api}/v1/auth/me`, access_token));
  return { id: imperal_id, email, token: access_token };
}

/** Publishes an app with a price, and installs it. */
async function publish(api: string, developer: User, user: User): Promise<void> {
  const as = (token: string, path: string, body: object, method?: string) => expectOk(send(api + path, token, body, method));
  const app = { app_id: 'link-saver', name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };
  const ir_dict = JSON.parse(readFileSync(join(ROOT, 'docs/examples/link-saver.json'), 'utf8')) as object;
  await as(developer.token, '/v1/developer/register', { display_name: 'Ada' });
  await as(developer.token, '/v1/developer/apps', app);
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: 1 } } };
  await as(developer.token, '/v1/developer/apps/link-saver', pricing, 'PUT');
  const deploy = { user_id: developer.id, function: 'deploy_ir', params: { app_id: 'link-saver', ir_dict } };
  await as(developer.token, '/v1/extensions/developer/call', deploy);
  const { SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD } = readSecrets(live);
  const admin = await expectOk(send(`${api}/v1/auth/login`, undefined, { email, password: SKEP_ADMIN_PASSWORD }));
  await as(admin.access_token ?? '', '/v1/admin/apps/link-saver/approve', {});
  await until('the install', async () => (await send(`${api}/v1/marketplace/apps/link-saver/install`, user.token, {})).ok);
}

const FILE = 'What a user stored.';
const storage = (api: string, path: string) => `${api}/v1/internal/storage/${path}`;
const asService = (user: User) => ({ 'x-service-token': readSecrets(live).SKEP_SERVICE_TOKEN ?? '', 'x-acting-user': user.id });

async function uploadFile(api: string, user: User, content: string): Promise<void> {
  const body = new FormData();
  for (const [field, value] of Object.entries({ extension_id: 'link-saver', path: 'notes.txt' })) body.set(field, value);
  body.set('file', new Blob([content]), 'notes.txt');
  const answer = await fetch(storage(api, 'upload'), { method: 'POST', headers: asService(user), body });
  if (!answer.ok) throw new Error(await answer.text());
}

const downloadFile = async (api: string, user: User): Promise<string> =>
  (await fetch(storage(api, 'download?extension_id=link-saver&path=notes.txt'), { headers: asService(user) })).text();

/** Saves documents, each of which the user pays, and signs up users. */
function startTraffic(api: string, user: User) {
  let stopping = false;
  const documents: string[] = [];
  const save = async () => {
    const call = { user_id: user.id, function: 'save_link', params: { url: `https://example.com/${documents.length}`, title: 'Example' } };
    const { json } = await send(`${api}/v1/extensions/link-saver/call`, user.token, call);
    const id = json.data?.steps?.s1?.id;
    if (id) documents.push(id);
    await sleep(50);
  };
  const join = async () => {
    await send(`${api}/v1/auth/signup`, undefined, { email: `user-${Date.now()}@example.com`, password });
    await sleep(300);
  };
  const running = [save, save, join].map(async (work) => {
    while (!stopping) await work();
  });
  const stop = () => {
    stopping = true;
    return Promise.all(running);
  };
  return { documents, stop };
}

// What is in the databases.

interface Row {
  /** `service.table` */
  table: string;
  /** The table and the primary key. */
  key: string;
  /** The columns, as JSON. */
  row: string;
  /** The transaction that wrote it. */
  xid: string;
}

async function connect(data: string, service: string): Promise<pg.Client> {
  const server = await findPostgres(join(data, 'postgres'), readSecrets(data).POSTGRES_PASSWORD ?? '');
  return connectTo(server?.url ?? '', service);
}

async function connectTo(server: string, service: string): Promise<pg.Client> {
  const url = new URL(server);
  url.pathname = `/${databaseName(service)}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => {}); // Postgres was stopped
  await client.connect();
  return client;
}

const READ_TABLES = `
  select c.oid::regclass::text as name, coalesce(string_agg('t.' || quote_ident(a.attname), ', ' order by a.attnum), 't.*') as key
    from pg_class c left join pg_index i on i.indrelid = c.oid and i.indisprimary
         left join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
   where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by c.oid`;

/** Reads all rows of all databases of a running installation, or of a Postgres. */
async function readRows(data: string, server?: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const service of servicesWithDatabase) {
    const client = await (server ? connectTo(server, service) : connect(data, service));
    await client.query('begin isolation level repeatable read read only');
    const { rows: tables } = await client.query<{ name: string; key: string }>(READ_TABLES);
    for (const { name, key } of tables) {
      const table = `${service}.${name}`;
      const found = await client.query<Omit<Row, 'table'>>(
        `select '${table} ' || jsonb_build_array(${key})::text as key, to_jsonb(t)::text as row, t.xmin::text as xid from ${name} t`,
      );
      rows.push(...found.rows.map((row) => ({ table, ...row })));
    }
    await client.end();
  }
  return rows;
}

/** Recovers a copy of the backup, and reads it. */
async function readBackup() {
  const data = join(folder, 'copy');
  cpSync(join(backup, 'postgres'), join(data, 'postgres'), { recursive: true });
  chmodSync(join(data, 'postgres'), 0o700);
  cpSync(join(backup, 'secrets.env'), join(data, 'secrets.env'));
  const settings = { fsync: 'off', autovacuum: 'off' };
  const password = readSecrets(backup).POSTGRES_PASSWORD ?? '';
  const server = await startPostgres({ dir: join(data, 'postgres'), log: join(data, 'log'), password, settings });
  const copied = await readRows(data, server.url);
  const client = await connectTo(server.url, 'kernel');
  const { rows } = await client.query<{ xid: string }>(
    `select xid from unnest($1::text[]) xid
      where case when xid::xid8 < pg_snapshot_xmax(pg_current_snapshot()) then pg_xact_status(xid::xid8) is distinct from 'aborted' end`,
    [[...new Set(later.map(({ xid }) => xid))]],
  );
  await client.end();
  await server.stop();
  return { copied, committed: new Set(rows.map(({ xid }) => xid)) };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + 60_000; !(await holds()); await sleep(50))
    if (Date.now() > limit) throw new Error(`Timed out waiting for ${what}.`);
}
