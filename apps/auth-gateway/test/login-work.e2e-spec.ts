import { auth } from '@skep/contracts/auth';
import { codeOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Piscina } from 'piscina';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth();
  await harness.newcomer('known@example.com');
  await harness.newcomer('both@example.com');
  const { user } = await harness.newcomer('deactivated@example.com');
  await harness.query('update account set is_active = false where id = $1', [user]);
  const password = 'a password of a stranger';
  for (const email of ['pending@example.com', 'both@example.com'])
    await harness.call(auth.signup, someone(), { email, password, tenant_id: 'default' });
});
afterAll(() => harness?.close());

/** Counts the passwords that are verified during `work`. The service runs in this process. */
async function countVerifications(work: () => Promise<unknown>): Promise<number> {
  const run = jest.spyOn(Piscina.prototype, 'run');
  try {
    await work();
    return run.mock.calls.length;
  } finally {
    run.mockRestore();
  }
}

it.each([
  ['unknown', 'default'],
  ['known', 'default'],
  ['pending', 'default'],
  ['both', 'default'],
  ['deactivated', 'default'],
  ['unknown', 'nowhere'],
  ['known', 'nowhere'],
])('a login with a wrong password verifies two hashes for the address %s in the tenant %s', async (name, tenant) => {
  const login = () => codeOf(harness.login(`${name}@example.com`, 'a wrong password', someone(), tenant));
  expect(await countVerifications(login)).toBe(2);
});

it('a login with the password of a pending sign-up verifies two hashes', async () => {
  const login = () => codeOf(harness.login('pending@example.com', 'a password of a stranger'));
  expect(await countVerifications(login)).toBe(2);
  expect(await login()).toBe('email_not_verified');
});

it('a login with the password of an account verifies one hash', async () => {
  expect(await countVerifications(() => harness.login('known@example.com', PASSWORD))).toBe(1);
});
