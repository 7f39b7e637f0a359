import { auth } from '@skep/contracts/auth';
import { coach } from '@skep/contracts/coach';
import { asUser, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { start } from '../src/main.js';

let harness: ServiceHarness;
const someone = () => asUser(randomBytes(6).toString('hex'), { scopes: ['coach:use'] });
const codeOf = (request: Promise<unknown>) =>
  request.then(
    () => undefined,
    (error: { body?: { code?: string } }) => error.body?.code,
  );

beforeAll(async () => {
  harness = await startService('coach', start);
});
afterAll(() => harness?.close());

describe('a person', () => {
  it('is new the first time, and found later with what they said first', async () => {
    const ada = someone();
    const first = await harness.call(coach.beginCoaching, ada, { display_name: 'Ada', timezone: 'Europe/Madrid' });
    expect(first).toMatchObject({
      created: true,
      id: ada.user,
      email: ada.email,
      display_name: 'Ada',
      locale: 'en',
      timezone: 'Europe/Madrid',
    });
    const again = await harness.call(coach.beginCoaching, ada, { display_name: 'Other' });
    expect(again).toMatchObject({ created: false, display_name: 'Ada', profile_id: first.profile_id });
  });

  it('is one, however often they begin at once', async () => {
    const ada = someone();
    const begun = await Promise.all([...Array(5)].map(() => harness.call(coach.beginCoaching, ada, {})));
    expect(begun.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(begun.map(({ profile_id }) => profile_id)).size).toBe(1);
  });

  it('does not exist before they begin, nor for others', async () => {
    const [ada, bob] = [someone(), someone()];
    expect(await codeOf(harness.call(coach.getOwnPerson, ada, {}))).toBe('person_not_found');
    expect(await codeOf(harness.call(coach.updateOwnPerson, ada, { display_name: 'A' }))).toBe('person_not_found');
    await harness.call(coach.beginCoaching, ada, {});
    expect((await harness.call(coach.getPerson, ada, { user_id: ada.user })).id).toBe(ada.user);
    expect(await codeOf(harness.call(coach.getPerson, bob, { user_id: ada.user }))).toBe('person_not_found');
    const elsewhere = { ...ada, tenant: 'other' };
    expect(await codeOf(harness.call(coach.getPerson, elsewhere, { user_id: ada.user }))).toBe('person_not_found');
  });

  it('changes in part, and not after someone else has changed it', async () => {
    const ada = someone();
    await harness.call(coach.beginCoaching, ada, { display_name: 'Ada' });
    const { version } = await harness.call(coach.getOwnPerson, ada, {});
    const change = (display_name: string, if_match?: string) =>
      harness.call(coach.updateOwnPerson, ada, { display_name, ...(if_match && { if_match }) });
    expect(await change('One', `"${version}"`)).toMatchObject({ display_name: 'One', timezone: 'UTC', version: version + 1 });
    expect(await codeOf(change('Two', `"${version}"`))).toBe('changed_meanwhile');
    expect(await change('Three', '*')).toMatchObject({ display_name: 'Three' });
    const racing = await Promise.all(['A', 'B', 'C'].map((name) => codeOf(change(name, `"${version + 2}"`))));
    expect(racing.filter((code) => code === undefined)).toHaveLength(1);
  });

  it.each([
    ['timezone', 'Mars/Olympus'],
    ['timezone', 42],
    ['locale', 'not a locale'],
    ['units', 'furlongs'],
    ['marketing_opt_in', 'maybe'],
  ])('gets a fault for %s: %s', async (field, value) => {
    const wrong = harness.call(coach.updateOwnPerson, someone(), { [field]: value } as object);
    await expect(wrong).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: [field] }] } });
  });
});

describe('a profile', () => {
  const begin = async () => {
    const ada = someone();
    return { ada, profile_id: (await harness.call(coach.beginCoaching, ada, {})).profile_id };
  };

  it('changes in part or as a whole', async () => {
    const { ada, profile_id } = await begin();
    await harness.call(coach.updateProfile, ada, { profile_id, height_cm: 171, sports: ['run'], birth_date: '1990-05-14' });
    const changed = await harness.call(coach.updateProfile, ada, { profile_id, weekly_hours: 6 });
    expect(changed).toMatchObject({ height_cm: 171, weekly_hours: 6, sports: ['run'], birth_date: '1990-05-14', version: 3 });
    const replaced = await harness.call(coach.replaceProfile, ada, { profile_id, height_cm: 172 });
    expect(replaced).toMatchObject({ height_cm: 172, weekly_hours: null, sports: [], birth_date: null });
    expect(await harness.call(coach.getProfile, ada, { profile_id })).toEqual(replaced);
  });

  it('does not exist for others, to read and to write', async () => {
    const { ada, profile_id } = await begin();
    const bob = someone();
    for (const other of [bob, { ...ada, tenant: 'other' }]) {
      expect(await codeOf(harness.call(coach.getProfile, other, { profile_id }))).toBe('profile_not_found');
      expect(await codeOf(harness.call(coach.updateProfile, other, { profile_id, height_cm: 150 }))).toBe('profile_not_found');
      expect(await codeOf(harness.call(coach.replaceProfile, other, { profile_id }))).toBe('profile_not_found');
    }
  });

  it('is not changed by who read an older version', async () => {
    const { ada, profile_id } = await begin();
    await harness.call(coach.updateProfile, ada, { profile_id, height_cm: 171, if_match: '"1"' });
    expect(await codeOf(harness.call(coach.replaceProfile, ada, { profile_id, if_match: '"1"' }))).toBe('changed_meanwhile');
  });

  it('tells the audit log which fields changed, and no values', async () => {
    const { ada, profile_id } = await begin();
    await harness.call(coach.updateProfile, ada, { profile_id, weight_kg: 64.5, injuries: 'left knee' });
    const events = await harness.query(`select payload from outbox where payload ->> 'profile_id' = $1`, [profile_id]);
    expect(events).toMatchObject([{ payload: { user_id: ada.user, fields: ['weight_kg', 'injuries'] } }]);
    expect(JSON.stringify(events)).not.toMatch(/64\.5|left knee/);
  });

  it.each([
    ['height_cm', 'tall'],
    ['height_cm', 3],
    ['birth_date', '2026-02-30'],
    ['sports', 'run'],
    ['sex', 'unknown'],
  ])('gets a fault for %s: %s', async (field, value) => {
    const { ada, profile_id } = await begin();
    const wrong = harness.call(coach.updateProfile, ada, { profile_id, [field]: value });
    await expect(wrong).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: [field] }] } });
  });

  it('and its person are erased with the user', async () => {
    const { ada, profile_id } = await begin();
    await harness.publish(auth.userErased, { tenant_id: ada.tenant, user_id: ada.user });
    await waitUntil('the erasure', async () => (await codeOf(harness.call(coach.getProfile, ada, { profile_id }))) === 'profile_not_found');
    expect(await codeOf(harness.call(coach.getOwnPerson, ada, {}))).toBe('person_not_found');
  });
});
