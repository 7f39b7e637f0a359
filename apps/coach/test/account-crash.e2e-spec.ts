import { channels } from '@skep/contracts/channels';
import { coach, DELETION_STEPS } from '@skep/contracts/coach';
import { type AppProcess, type Firebase, type ServiceHarness, startFirebase, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newcomer as firebaseUser, type Person } from './leaving.js';

let harness: ServiceHarness;
let firebase: Firebase;
let running: AppProcess;
let chats: AppProcess;
const boot = async () => void (running = await harness.infra.startApp('coach', { SKEP_RUN_LEASE_MS: '1000' }));
const bootChannels = async () => void (chats = await harness.infra.startApp('channels', firebase.env));

beforeAll(async () => {
  firebase = await startFirebase();
  harness = await startService('coach', undefined, { beside: ['connections'] });
  await harness.infra.startApp('auth-gateway', firebase.env);
  await Promise.all([bootChannels(), boot()]);
});
afterAll(async () => {
  await harness?.close();
  await firebase?.close();
});

/** Someone who has a push token and an attested device. */
async function newcomer(): Promise<Person> {
  const person = await firebaseUser(harness, firebase);
  const { uid, user, tenant } = person;
  await harness.call(channels.registerDevice, person, { token: `push ${uid}`, platform: 'ios' });
  await harness.infra.query(
    'auth-gateway',
    `insert into attested_device (id, user_id, tenant_id, key_id, app_id, environment, public_key, receipt)
     values ($1, $2, $3, $1, 'TEAM.app', 'production', '', '')`,
    [`atd_${uid}`, user, tenant],
  );
  return person;
}
const leave = async (who: Person) => (await harness.call(coach.deleteAccount, who, { confirm: true })).deletion_id;
const stepsOf = async (id: string) => {
  const [row] = await harness.query('select steps, ended_at from deletion where id = $1', [id]);
  return { ended: row!['ended_at'] !== null, steps: row!['steps'] as Record<string, { outcome: string; at: string }> };
};
const isEnded = (id: string) => waitUntil('the end', async () => (await stepsOf(id)).ended, 60_000);
const remains = async ({ user }: Person) => [
  await harness.infra.query('channels', 'select id from device_token where user_id = $1', [user]),
  await harness.infra.query('auth-gateway', 'select id from attested_device where user_id = $1', [user]),
  await harness.query('select user_id from person where user_id = $1', [user]),
];
const deletions = (uid: string) => firebase.asked.filter((one) => one.uid === uid && one.method === 'delete');

it('a deletion that waits for another service when it is killed continues there, and forgets tokens and devices before the data', async () => {
  const ada = await newcomer();
  await chats.kill('SIGKILL');
  const id = await leave(ada);
  const hasFailed = "select 1 from run where kind = 'account.delete' and failures > 0";
  await waitUntil('it to wait', async () => (await harness.query(hasFailed)).length === 1, 20_000);
  const { steps: before } = await stepsOf(id);
  expect(Object.keys(before).sort()).toEqual(['apple', 'providers', 'sessions']);
  await running.kill('SIGKILL');
  await Promise.all([bootChannels(), boot()]);
  await isEnded(id);
  const { steps } = await stepsOf(id);
  // The code of Apple waits for no one.
  const { apple: _, ...others } = steps;
  const order = Object.entries(others).sort(([, a], [, b]) => (a.at < b.at ? -1 : 1));
  expect(order.map(([name]) => name)).toEqual(DELETION_STEPS.filter((name) => name !== 'apple'));
  expect(steps).toMatchObject({ ...before, channels: { outcome: 'done' }, devices: { outcome: 'done' } });
  expect([await remains(ada), deletions(ada.uid)]).toEqual([[[], [], []], [expect.anything()]]);
});

it.each([0, 40, 90, 160])('a deletion that is killed after %i ms ends once, with all of its steps', async (ms) => {
  const [ada, bob] = [await newcomer(), await newcomer()];
  const id = await leave(ada);
  await sleep(ms);
  await running.kill('SIGKILL');
  await boot();
  await isEnded(id);
  expect(Object.keys((await stepsOf(id)).steps).sort()).toEqual([...DELETION_STEPS].sort());
  expect(await remains(ada)).toEqual([[], [], []]);
  expect((await remains(bob)).map((rows) => rows.length)).toEqual([1, 1, 1]);
});
