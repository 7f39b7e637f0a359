import type { Ctx } from '@skep/platform';
import { type AppProcess, asUser, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ada } from './connections.js';
import { type OAuthHarness, openOAuth, reset } from './oauth.js';

let oauth: OAuthHarness;
let running: AppProcess;
const COUNT = 20;
const subjects = (name: string) => Array.from({ length: COUNT }, (_, n) => `${name}-${n}`);
const boot = async () => void (running = await oauth.infra.startApp('connections', { ...oauth.env, SKEP_RUN_LEASE_MS: '1000' }));
/** Callers give up soon, and so notice that the process is dead. */
const hurried = (): Ctx => asUser('ada', { deadline: Date.now() + 2_000 });
const emails = async () => new Set((await oauth.list(ada)).map(({ email }) => email.split('@')[0]!));
const nothingKept = () => waitUntil('the revocations', async () => !(await oauth.query('select from oauth_revocation')).length, 30_000);

beforeAll(async () => {
  oauth = await openOAuth({}, { running: false });
  await boot();
  await oauth.releaseApps();
});
afterAll(() => oauth?.close());
beforeEach(() => reset(oauth.provider));

/** Does something for each item at once, and kills the process after some of it. @returns the items that were acknowledged */
async function killWithin<T>(items: T[], work: (item: T) => Promise<unknown>): Promise<T[]> {
  const done: T[] = [];
  let killed: Promise<void> | undefined;
  await Promise.allSettled(
    items.map(async (item) => {
      await work(item);
      done.push(item);
      if (done.length === 3) killed = running.kill('SIGKILL');
    }),
  );
  await killed;
  return done;
}

it('a code is not exchanged again after a crash between its exchange and the account; the user starts again', async () => {
  const agreed = await Promise.all(subjects('between').map((subject) => oauth.agree(ada, subject)));
  Object.assign(oauth.provider, { silentAt: '/userinfo' });
  const waiting = Promise.allSettled(agreed.map((each) => oauth.finish(each, hurried())));
  await waitUntil('the exchanges', () => oauth.provider.codes.length === COUNT);
  await running.kill('SIGKILL');
  await waiting;
  Object.assign(oauth.provider, { silentAt: undefined });
  await boot();
  for (const each of agreed) expect(await codeOf(oauth.finish(each, ada))).toBe('state_invalid');
  expect(oauth.provider.codes).toHaveLength(COUNT);
  expect(await oauth.list(ada)).toEqual([]);
  await oauth.connect(ada, 'between-0');
  expect(await emails()).toEqual(new Set(['between-0']));
});

it('no acknowledged account is lost, and no code is exchanged twice, if the process is killed among connections', async () => {
  const agreed = await Promise.all(subjects('among').map(async (subject) => ({ subject, ...(await oauth.agree(ada, subject)) })));
  const done = await killWithin(agreed, (each) => oauth.finish(each, hurried()));
  await boot();
  const saved = await emails();
  for (const { subject } of done) expect(saved).toContain(subject);
  for (const each of agreed) await oauth.finish(each, ada).catch(() => undefined);
  for (const { subject } of agreed) if (!(await emails()).has(subject)) await oauth.connect(ada, subject);
  expect(agreed.filter(({ code }) => oauth.provider.codes.filter((sent) => sent === code).length > 1)).toEqual([]);
  const accounts = (await oauth.list(ada)).filter(({ email }) => email.startsWith('among'));
  expect([accounts.length, new Set(accounts.map(({ email }) => email)).size]).toEqual([COUNT, COUNT]);
  expect(COUNT - done.length).toBeGreaterThan(0);
});

it('a revocation goes on after a crash in its middle', async () => {
  await oauth.connect(ada, 'middle');
  const { account_id } = await oauth.accountOf(ada, 'middle');
  Object.assign(oauth.provider, { silentAt: '/revoke' });
  await oauth.disconnect(ada, account_id);
  await waitUntil('the request', () => oauth.provider.asked.at(-1) === '/revoke');
  await running.kill('SIGKILL');
  Object.assign(oauth.provider, { silentAt: undefined });
  await boot();
  await nothingKept();
  expect([oauth.provider.validTokens('middle'), oauth.provider.revoked.length]).toEqual([0, 1]);
});

it('each account is either connected or revoked in the end, if the process is killed among disconnections', async () => {
  for (const subject of subjects('leaving')) await oauth.connect(ada, subject);
  const accounts = (await oauth.list(ada)).filter(({ email }) => email.startsWith('leaving'));
  const done = await killWithin(accounts, ({ account_id }) => oauth.disconnect(hurried(), account_id));
  await boot();
  await nothingKept();
  const left = await emails();
  for (const { email } of done) expect(left).not.toContain(email.split('@')[0]);
  expect(subjects('leaving').filter((subject) => oauth.provider.validTokens(subject) !== Number(left.has(subject)))).toEqual([]);
});
