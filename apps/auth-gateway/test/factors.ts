import type { Problem } from '@skep/contracts';
import { auth, type FactorAnswer, type SecondFactorChallenge } from '@skep/contracts/auth';
import { problemOf, totpCode } from '@skep/testkit';
import { type AuthHarness, PASSWORD, someone } from './auth.js';
import { Authenticator } from './authenticator.js';

export const ORIGIN = 'https://skep.example.com';
export const RP_ID = 'skep.example.com';
export const passkey = () => new Authenticator(ORIGIN, RP_ID);

type Newcomer = Awaited<ReturnType<AuthHarness['newcomer']>>;

/** A new user, with the context of their session. */
export async function newcomer(harness: AuthHarness, tenant_id?: string) {
  const user = await harness.newcomer(undefined, tenant_id);
  return { ...user, ctx: { ...user.ctx, session: user.session } };
}

/** A user with an authenticator app whose current code is unused. */
export async function withTotp(harness: AuthHarness, existing?: Newcomer) {
  const user = existing ?? (await newcomer(harness));
  const { secret } = await harness.call(auth.startTotp, user.ctx, { password: PASSWORD });
  const { recovery_codes } = await harness.call(auth.confirmTotp, user.ctx, { code: totpCode(secret) });
  const forgetUsedCodes = () => harness.query('update totp set last_step = null where account_id = $1', [user.user]);
  await forgetUsedCodes();
  return { ...user, secret, recovery_codes, forgetUsedCodes };
}

/** A user with a passkey. */
export async function withPasskey(harness: AuthHarness, existing?: Newcomer) {
  const user = existing ?? (await newcomer(harness));
  const key = passkey();
  const { options } = await harness.call(auth.passkeyOptions, user.ctx, { password: PASSWORD });
  const added = await harness.call(auth.addPasskey, user.ctx, { credential: key.create(options), name: 'Laptop' });
  return { ...user, key, added };
}

/** Logs in with the correct password and returns the challenge. */
export async function challenged(
  harness: AuthHarness,
  email: string,
  password = PASSWORD,
  ctx = someone(),
): Promise<SecondFactorChallenge> {
  const { body } = await problemOf(harness.login(email, password, ctx));
  if (body.code !== 'second_factor_required') throw new Error(`the login failed with ${body.code}`);
  return body as Problem['body'] & SecondFactorChallenge;
}

/** The second step of a login. */
export const answer = (harness: AuthHarness, challenge: string, factor: FactorAnswer, ctx = someone()) =>
  harness.call(auth.loginWithSecondFactor, ctx, { challenge, ...factor });
