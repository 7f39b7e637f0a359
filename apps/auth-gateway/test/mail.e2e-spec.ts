import { auth } from '@skep/contracts/auth';
import { asUser, waitUntil } from '@skep/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

const signup = (harness: AuthHarness, email: string) =>
  harness.call(auth.signup, someone(), { email, password: PASSWORD, tenant_id: 'default' });
const waiting = (harness: AuthHarness) => harness.query('select * from mail');

describe('without a mail server', () => {
  let harness: AuthHarness;
  beforeEach(async () => (harness = await startAuth({ SKEP_PUBLIC_URL: 'https://skep.example/' })));
  afterEach(() => harness?.close());

  it('writes an e-mail to a private file, named by time, with the link in its text', async () => {
    for (const name of ['zoe', 'yan', 'xia']) {
      await signup(harness, `${name}@example.com`);
      await harness.tokenFor(`${name}@example.com`);
    }
    const folder = join(harness.infra.folder, 'mail');
    const names = (await readdir(folder)).sort();
    expect(names).toHaveLength(3);
    const mails = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    expect(mails.map((mail) => /^To: (\w+)@/m.exec(mail)?.[1])).toEqual(['zoe', 'yan', 'xia']);
    expect(mails[0]).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect((await harness.mailsTo('zoe@example.com'))[0]).toMatch(/^https:\/\/skep\.example\/verify-email#token=t[\w-]{32}\r?$/m);
    for (const name of names) {
      expect(name).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+\.\d{3}Z-.*\.eml$/);
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    await waitUntil('the rows to go', async () => (await waiting(harness)).length === 0);
  });
});

describe('an e-mail with long links', () => {
  let harness: AuthHarness;
  const SITE = 'https://extensions.of-a-company-with-a-long-name.example';
  beforeEach(async () => (harness = await startAuth({ SKEP_PUBLIC_URL: SITE })));
  afterEach(() => harness?.close());

  it('decodes to a complete link with a valid token', async () => {
    await signup(harness, 'ada@example.com');
    const token = await harness.tokenFor('ada@example.com');
    const [name] = await readdir(join(harness.infra.folder, 'mail'));
    const raw = await readFile(join(harness.infra.folder, 'mail', name!), 'utf8');
    expect(raw).toMatch(/^Content-Transfer-Encoding: quoted-printable/m);
    const decoded = raw.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    expect(decoded.split('\r\n')).toContain(`${SITE}/verify-email#token=${token}`);
    await expect(harness.call(auth.verifyEmail, someone(), { token, password: PASSWORD })).resolves.toBeDefined();
  });

  it('links users of other tenants to the page of their tenant', async () => {
    await harness.query(`insert into tenant (id, name) values ('imp_t_acme', 'Acme')`);
    for (const tenant_id of ['default', 'imp_t_acme']) {
      const { email } = await harness.newcomer(undefined, tenant_id);
      await harness.call(auth.signup, someone(), { email, password: PASSWORD, tenant_id });
      const mail = await waitUntil('the mail', async () => (await harness.mailsTo(email))[0]);
      const links = [...mail.matchAll(/^https:.*?(?=\r?$)/gm)].map(([link]) => link);
      expect(links).toEqual([`${SITE}/reset-password${tenant_id === 'default' ? '' : '#tenant_id=imp_t_acme'}`]);
    }
  });
});

describe('with a mail server', () => {
  let harness: AuthHarness;
  let server: SMTPServer;
  let received: string[];
  let answers: number[];
  const tokenIn = (mail: string) => /token=([\w-]+)/.exec(mail)![1]!;
  const listen = (port = 0) => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _, done) {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          const responseCode = answers.shift() ?? 250;
          if (responseCode >= 400) return done(Object.assign(new Error('planted'), { responseCode }));
          received.push(text);
          done();
        });
      },
    });
    server.on('error', () => undefined);
    return new Promise<string>((resolve) =>
      server.listen(port, '127.0.0.1', () => resolve(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`)),
    );
  };
  const unlisten = () => new Promise<void>((resolve) => server.close(() => resolve()));

  beforeEach(async () => {
    [received, answers] = [[], []];
    harness = await startAuth({ SMTP_URL: await listen() });
  });
  afterEach(async () => {
    await harness?.close();
    await unlisten();
  });

  it('sends an e-mail once and writes no file', async () => {
    await signup(harness, 'ada@example.com');
    const mail = await waitUntil('the mail', () => received[0]);
    expect(mail).toMatch(/^To: ada@example\.com/m);
    await expect(harness.call(auth.verifyEmail, someone(), { token: tokenIn(mail) })).resolves.toBeDefined();
    await waitUntil('the row to go', async () => (await waiting(harness)).length === 0);
    expect(received).toHaveLength(1);
    await expect(readdir(join(harness.infra.folder, 'mail'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('retries an e-mail after 451', async () => {
    answers = [451];
    await signup(harness, 'later@example.com');
    await waitUntil('the mail', () => received[0]);
    expect(answers).toEqual([]);
    await waitUntil('the row to go', async () => (await waiting(harness)).length === 0);
  });

  it('gives up an e-mail after 550 and sends the next ones', async () => {
    answers = [550];
    await signup(harness, 'refused@example.com');
    await waitUntil('the refusal', async () => answers.length === 0 && (await waiting(harness)).length === 0);
    await signup(harness, 'next@example.com');
    expect(await waitUntil('the next mail', () => received[0])).toMatch(/^To: next@/m);
  });

  it('stores a queued e-mail encrypted', async () => {
    answers = Array<number>(20).fill(451);
    await signup(harness, 'sealed@example.com');
    const [row] = await waitUntil('the row', () => waiting(harness));
    expect((row!['sealed'] as Buffer).toString('latin1')).not.toMatch(/token=|sealed@|verify/);
  });

  it('removes the queued e-mails of an erased user and no others', async () => {
    answers = Array<number>(20).fill(451);
    const [ada, bob] = [await harness.newcomer(), await harness.newcomer()];
    for (const { email } of [ada, bob]) await harness.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    await waitUntil('both were tried', async () => (await waiting(harness)).filter(({ tries }) => Number(tries) > 0).length === 2, 10_000);
    await harness.query(`update mail set due_at = now() + interval '1 hour'`);
    await harness.call(auth.deleteUser, asUser('root', { role: 'admin', scopes: ['*'] }), { user_id: ada.user, permanent: true });
    expect(await waiting(harness)).toHaveLength(1);
    answers = [];
    await harness.query('update mail set due_at = now()');
    expect(await waitUntil('the other mail', () => received[0], 10_000)).toMatch(new RegExp(`^To: ${bob.email}`, 'm'));
  });

  it('sends an e-mail after the service was killed', async () => {
    const { port } = server.server.address() as AddressInfo;
    await unlisten();
    await harness.stop();
    const app = await harness.infra.startApp('auth-gateway', harness.env);
    await signup(harness, 'survivor@example.com');
    await app.kill('SIGKILL');
    expect(received).toEqual([]);
    await listen(port);
    await harness.restart();
    expect(await waitUntil('the mail', () => received[0])).toMatch(/^To: survivor@/m);
  });
});
