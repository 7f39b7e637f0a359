import { auth } from '@skep/contracts/auth';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, claimsOf, startAuth, someone } from './auth.js';

let harness: AuthHarness;
let count = 0;
beforeAll(async () => (harness = await startAuth()));
afterAll(() => harness?.close());

async function newcomerWith(password: string): Promise<string> {
  const email = `rules-${count++}@example.com`;
  await harness.call(auth.register, someone({ actor: 'service:test' }), { email, password, tenant_id: 'default' });
  return email;
}
const refusal = async (password: string) => (await problemOf(newcomerWith(password))).body;

describe('a password', () => {
  it('has at least eight characters', async () => {
    expect(await refusal('sevenAB')).toMatchObject({ status: 422, detail: [{ loc: ['password'] }] });
    await newcomerWith('eight AB');
  });

  it('has at most 128 characters', async () => {
    const longest = 'tortoise'.repeat(16);
    await harness.login(await newcomerWith(longest), longest);
    expect(await refusal(`${longest}s`)).toMatchObject({ status: 422, detail: [{ loc: ['password'] }] });
  });

  it.each(['        x', 'ßüñ 漢字 🐝🐝', 'ALL CAPITALS', 'quwertzuiopasd', '5829104736', `'; drop table account; --`])(
    'can have any characters and is used exactly as given: %j',
    async (password) => {
      const email = await newcomerWith(password);
      await harness.login(email, password);
      for (const other of [Array.from(password).slice(0, -1).join(''), `${password} `, password.toLowerCase(), password.trim()])
        if (other !== password) expect(await codeOf(harness.login(email, other))).toBe('invalid_credentials');
    },
  );

  it('is not truncated', async () => {
    const long = 'tortoise'.repeat(15);
    const email = await newcomerWith(`${long}one`);
    expect(await codeOf(harness.login(email, `${long}two`))).toBe('invalid_credentials');
  });

  it.each(['password1', 'QWERTYUIOP', 'iloveyou', '12345678', 'sunshine1'])('cannot be a common one such as %s', async (password) => {
    const detail = (field: string) => ({ body: { status: 422, detail: [{ loc: [field], type: 'common_password' }] } });
    const email = await newcomerWith('a good one');
    await expect(problemOf(newcomerWith(password))).resolves.toMatchObject(detail('password'));
    const signup = harness.call(auth.signup, someone(), { email: `new-${count}@example.com`, password, tenant_id: 'default' });
    await expect(problemOf(signup)).resolves.toMatchObject(detail('password'));
    const { sub } = claimsOf((await harness.login(email, 'a good one')).access_token);
    const me = someone({ tenant: 'default', user: sub, email, actor: 'user' });
    const change = harness.call(auth.changePassword, me, { current_password: 'a good one', new_password: password });
    await expect(problemOf(change)).resolves.toMatchObject(detail('new_password'));
    await harness.call(auth.forgotPassword, someone(), { email, tenant_id: 'default' });
    const token = await harness.tokenFor(email);
    await expect(problemOf(harness.call(auth.resetPassword, someone(), { token, new_password: password }))).resolves.toMatchObject(
      detail('new_password'),
    );
    await harness.call(auth.resetPassword, someone(), { token, new_password: 'another good one' });
  });
});
