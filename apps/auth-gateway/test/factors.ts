import { auth, type FactorAnswer, type Problem, type SecondFactorChallenge } from '@skep/contracts';
import { problemOf, totpCode } from '@skep/testkit';
import { type AuthHarness, PASSWORD, someone } from './auth.js';
import { Authenticator } from './authenticator.js';

export const ORIGIN = 'https://skep.example.com';
export const RP_ID = 'skep.example.com';
export const passkey = () => new Authenticator(ORIGIN, RP_ID);

type Newcomer = Awaited<ReturnType<AuthHarness['newcomer']>>;

/** Somebody new, and the context of the session that they have. */
export async function newcomer(harness: AuthHarness, tenant_id?: string) {
  const person = await harness.newcomer(undefined, tenant_id);
  return { ...person, ctx: { ...person.ctx, session: person.session } };
}

/** Somebody with an authenticator app, whose codes of now are unused. */
export async function withTotp(harness: AuthHarness, person?: Newcomer) {
  const somebody = person ?? (await newcomer(harness));
  const { secret } = await harness.call(auth.startTotp, somebody.ctx, { password: PASSWORD });
  const { recovery_codes } = await harness.call(auth.confirmTotp, somebody.ctx, { code: totpCode(secret) });
  const fresh = () => harness.query('update totp set last_step = null where account_id = $1', [somebody.user]);
  await fresh();
  return { ...somebody, secret, recovery_codes, fresh };
}

/** Somebody with a passkey. */
export async function withPasskey(harness: AuthHarness, person?: Newcomer) {
  const somebody = person ?? (await newcomer(harness));
  const key = passkey();
  const { options } = await harness.call(auth.passkeyOptions, somebody.ctx, { password: PASSWORD });
  const added = await harness.call(auth.addPasskey, somebody.ctx, { credential: key.create(options), name: 'Laptop' });
  return { ...somebody, key, added };
}

/** The challenge that a login with the right password ends in. */
export async function challenged(
  harness: AuthHarness,
  email: string,
  password = PASSWORD,
  ctx = someone(),
): Promise<SecondFactorChallenge> {
  const { body } = await problemOf(harness.login(email, password, ctx));
  if (body.code !== 'second_factor_required') throw new Error(`the login ended in ${body.code}`);
  return body as Problem['body'] & SecondFactorChallenge;
}

/** The second step of a login. */
export const answer = (harness: AuthHarness, challenge: string, factor: FactorAnswer, ctx = someone()) =>
  harness.call(auth.loginWithSecondFactor, ctx, { challenge, ...factor });
