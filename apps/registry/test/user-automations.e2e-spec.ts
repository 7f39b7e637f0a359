import { auth } from '@skep/contracts/auth';
import { registry, type UserAutomation } from '@skep/contracts/registry';
import { asService, asUser, codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { openRegistry, type RegistryHarness } from './registry.js';

let harness: RegistryHarness;
let user_id: string;
let people = 0;
const admin = asUser('root', { role: 'admin', scopes: ['*'] });
const elsewhere = { ...admin, tenant: 'imp_t_other' };

beforeAll(async () => {
  harness = await openRegistry(['auth-gateway']);
});
afterAll(() => harness?.close());
beforeEach(async () => {
  const account = { email: `person${people++}@example.com`, password: 'a long enough one', role: 'user' };
  user_id = (await harness.call(auth.createUser, admin, account)).id;
});

const row = (section_name: string, more: Partial<UserAutomation> = {}) => ({
  ...{ app_id: 'mail', section_name, enabled: true, ttl: 300, alert_config: { min: 'high' }, ...more },
});
const save = (automations: UserAutomation[], ctx = admin) => harness.call(registry.saveUserAutomations, ctx, { user_id, automations });
const read = async (ctx = admin) => (await harness.call(registry.getUserAutomations, ctx, { user_id })).automations;

it('the automations of a user are replaced as a whole, and read by app and section', async () => {
  expect(await read()).toEqual([]);
  const rows = [row('sent'), row('inbox', { enabled: false, ttl: 60 }), row('today', { app_id: 'calendar' })];
  const expected = [rows[2], rows[1], rows[0]].map((each) => ({ ...each, user_id }));
  expect(await save(rows)).toEqual({ automations: expected });
  expect(await read()).toEqual(expected);
  await save([row('inbox')]);
  expect(await read()).toEqual([{ ...row('inbox'), user_id }]);
  expect(await save([])).toEqual({ automations: [] });
});

it('two clients that replace them at once leave the automations of one', async () => {
  const sets = [...Array(6).keys()].map((n) => [row(`a${n}`), row(`b${n}`)]);
  await Promise.all(sets.map((each) => save(each)));
  const left = (await read()).map(({ section_name }) => section_name);
  expect(sets.map((each) => each.map(({ section_name }) => section_name))).toContainEqual(left);
});

it('a section that is named twice, and one without an app, are refused', async () => {
  expect((await problemOf(save([row('inbox'), row('inbox')]))).body.detail).toEqual([
    expect.objectContaining({ loc: ['automations', 1, 'section_name'] }),
  ]);
  expect(await codeOf(save([row('inbox', { app_id: '' })]))).toBe('invalid_input');
  expect(await codeOf(save([row('inbox', { ttl: -1 })]))).toBe('invalid_input');
  expect(await read()).toEqual([]);
});

it('those of a user of another tenant cannot be read or replaced', async () => {
  await save([row('inbox')]);
  expect(await codeOf(read(elsewhere))).toBe('user_not_found');
  expect(await codeOf(save([], elsewhere))).toBe('user_not_found');
  expect(await codeOf(read(asService('worker', { tenant: 'imp_t_other' })))).toBe('user_not_found');
  expect(await read()).toHaveLength(1);
});

it('those of an erased user are gone', async () => {
  await save([row('inbox')]);
  await harness.publish(auth.userErased, { tenant_id: 'default', user_id });
  await waitUntil('the erasure', async () => !(await harness.query('select from user_automation where user_id = $1', [user_id])).length);
});
