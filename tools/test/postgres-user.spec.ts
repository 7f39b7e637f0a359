import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Server } from '../start/embedded-server.ts';
import { startPostgres } from '../start/postgres.ts';
import { changeOwner, initdbUser, postgresUser } from '../start/postgres-user.ts';

const isRoot = process.getuid?.() === 0;
const accounts = [...readFileSync('/etc/passwd', 'utf8').matchAll(/^[^:]+:[^:]*:(\d+):/gm)].map(([, uid]) => Number(uid));

let data: string;
let server: Server;

beforeAll(async () => {
  process.env.SKEP_TEST_SECRET = 'not for Postgres';
  data = mkdtempSync(join(tmpdir(), 'skep-postgres-user-'));
  server = await startPostgres({ dir: join(data, 'postgres'), log: join(data, 'log'), password: 'secret', settings: { fsync: 'off' } });
});

afterAll(async () => {
  delete process.env.SKEP_TEST_SECRET;
  await server.stop(2000);
  rmSync(data, { recursive: true, force: true });
});

test('the environment of the embedded Postgres contains no secrets', () => {
  const names = readFileSync(`/proc/${server.pid}/environ`, 'utf8')
    .split('\0')
    .map((line) => line.split('=')[0])
    // Postgres sets these itself.
    .filter((name) => name && !/^(LC_|PG)/.test(name));
  expect(['PATH', 'TZ']).toEqual(expect.arrayContaining(names));
});

test('started by root, it runs with a user id without an account, and only that user can read its files', () => {
  const { uid } = statSync(`/proc/${server.pid}`);
  const files = readdirSync(join(data, 'postgres'), { recursive: true }).map((file) => statSync(join(data, 'postgres', String(file))).uid);
  expect(new Set(files)).toEqual(new Set([uid]));
  expect(statSync(join(data, 'postgres')).mode & 0o077).toBe(0);
  if (isRoot) expect(accounts).not.toContain(uid);
  else expect(uid).toBe(process.getuid?.());
});

test('files that belong to the user nobody change their owner, and files of other users do not', async () => {
  const dir = join(data, 'old');
  mkdirSync(dir);
  await changeOwner(isRoot ? { uid: 65_534, gid: 65_534 } : {}, dir);
  const user = await postgresUser(dir);
  expect(user.uid).toBe(isRoot ? statSync(dir).uid : undefined);
  expect(user.uid).not.toBe(65_534);
  await changeOwner(isRoot ? { uid: 12_345, gid: 12_345 } : {}, dir);
  expect((await postgresUser(dir)).uid).toBe(isRoot ? 12_345 : undefined);
});

test('initdb runs as a user with an account, as it requires, and without other processes', async () => {
  const { uid } = initdbUser(await postgresUser(join(data, 'new')));
  if (!isRoot) return void expect(uid).toBeUndefined();
  expect(accounts).toContain(uid);
  const running = readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [statSync(`/proc/${pid}`).uid] : [];
    } catch {
      return [];
    }
  });
  expect(running).not.toContain(uid);
});
