import { coach, DELETION_STEPS } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { codeOf, type Firebase, type ServiceHarness, startFirebase, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { newcomer as firebaseUser, type Person } from './leaving.js';

let harness: ServiceHarness;
let firebase: Firebase;

beforeAll(async () => {
  firebase = await startFirebase();
  harness = await startService('coach', start, { beside: ['channels', 'connections'] });
  await harness.infra.startApp('auth-gateway', firebase.env);
});
beforeEach(() => void (firebase.mood = {}));
afterAll(async () => {
  await harness?.close();
  await firebase?.close();
});

const newcomer = () => firebaseUser(harness, firebase);
const leave = (who: Ctx, input: object = { confirm: true }) => harness.call(coach.deleteAccount, who, input as { confirm: boolean });
const isGone = ({ uid }: Person) => firebase.users.get(uid)?.gone === true;
const rowOf = async (id: string) => (await harness.query('select * from deletion where id = $1', [id]))[0]!;
const ended = (id: string) => waitUntil('the end', async () => (await rowOf(id))['ended_at'], 20_000);

describe('an account', () => {
  it.each([
    ['more than five minutes ago', () => Date.now() - 301_000],
    ['at a time that the credential does not say', () => undefined],
  ])('is not deleted by who signed in %s', async (_, time) => {
    const { signedInAt: __, ...ada } = await newcomer();
    const signedInAt = time();
    expect(await codeOf(leave({ ...ada, ...(signedInAt && { signedInAt }) }))).toBe('requires_recent_login');
    expect((await harness.call(coach.getAccount, ada, {})).state).toBe('active');
  });

  it('is not deleted without a confirmation', async () => {
    const ada = await newcomer();
    expect(await codeOf(leave(ada, { confirm: false }))).toBe('invalid_input');
    expect(await codeOf(leave(ada, {}))).toBe('invalid_input');
  });

  it('is deleted in the order that is documented, and leaves only a hash', async () => {
    const ada = await newcomer();
    const { deletion_id } = await leave(ada);
    await ended(deletion_id);
    const { steps, ...row } = await rowOf(deletion_id);
    const times = Object.entries(steps as Record<string, { at: string }>).sort(([, a], [, b]) => (a.at < b.at ? -1 : 1));
    expect(times.map(([name]) => name)).toEqual(DELETION_STEPS);
    const asked = firebase.asked.filter(({ uid, method }) => uid === ada.uid && method !== 'lookup').map(({ method }) => method);
    expect(asked).toEqual(['update', 'delete']);
    expect(row).toMatchObject({ person_id: null, subjects: [], apple_code: null });
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`${ada.uid}|${ada.user}`));
    expect(await harness.query('select from person where user_id = $1', [ada.user])).toEqual([]);
  });

  it('takes no changes meanwhile, also through services, and can be read', async () => {
    const [ada, bob] = [await newcomer(), await newcomer()];
    firebase.mood.toolkit = 'failing';
    const first = await leave(ada);
    for (const who of [ada, { ...ada, actor: 'service:channels' }])
      expect(await codeOf(harness.call(coach.updateOwnPerson, who, { display_name: 'Late' }))).toBe('account_deleting');
    await harness.call(coach.updateOwnPerson, bob, { display_name: 'Bob' });
    expect((await harness.call(coach.getOwnPerson, ada, {})).display_name).toBe('');
    expect(await harness.call(coach.getAccount, ada, {})).toMatchObject({
      state: 'deleting',
      deletion: { deletion_id: first.deletion_id },
    });
    expect((await harness.call(coach.getAccount, bob, {})).state).toBe('active');
    expect(await leave(ada)).toEqual(first);
    firebase.mood.toolkit = undefined as never;
    await ended(first.deletion_id);
    expect(isGone(ada)).toBe(true);
    expect(firebase.asked.filter(({ uid, method }) => uid === ada.uid && method === 'delete')).toHaveLength(1);
  });

  it('keeps the code of Apple sealed, and not after it was used', async () => {
    const ada = await newcomer();
    firebase.mood.toolkit = 'failing';
    const { deletion_id } = await leave(ada, { confirm: true, apple_authorization_code: 'apple-code-1' });
    expect(String((await rowOf(deletion_id))['apple_code'])).not.toContain('apple-code-1');
    // It is valid for five minutes only, so it does not wait for Firebase.
    await waitUntil('Apple', async () => 'apple' in ((await rowOf(deletion_id))['steps'] as object), 10_000);
    firebase.mood.toolkit = undefined as never;
    await ended(deletion_id);
    expect(await rowOf(deletion_id)).toMatchObject({ apple_code: null, steps: { apple: { outcome: 'not_configured' } } });
  });
});

it('an export has the rows of every table about the caller, without bytes', async () => {
  const [ada, bob] = [await newcomer(), await newcomer()];
  const { data } = await harness.call(coach.exportAccount, ada, {});
  const tables = await harness.query(
    `select table_name from information_schema.columns where table_schema = 'public' and column_name in ('tenant_id', 'user_id')
      group by 1 having count(*) = 2`,
  );
  expect([...Object.keys(data), 'mirror', 'run'].sort()).toEqual(tables.map(({ table_name }) => table_name).sort());
  expect(data).toMatchObject({ person: [{ display_name: '' }], profile: [{ sports: [] }] });
  expect(JSON.stringify(data)).not.toContain(bob.user);
});
