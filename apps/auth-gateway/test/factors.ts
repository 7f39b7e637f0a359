import { auth, type FactorAnswer, type Problem, type SecondFactorChallenge } from '@skep/contracts';
import { problemOf } from '@skep/testkit';
import { stepAt, totpCode } from '../src/factor/totp.js';
import { type AuthDoor, PASSWORD, someone } from './auth.js';
import { Authenticator } from './authenticator.js';

export const ORIGIN = 'https://skep.example.com';
export const RP_ID = 'skep.example.com';
export const passkey = () => new Authenticator(ORIGIN, RP_ID);

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const bytesOf = (secret: string) =>
  Buffer.from(
    [...secret]
      .map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0'))
      .join('')
      .match(/.{8}/g)!
      .map((bits) => parseInt(bits, 2)),
  );
/** The code of an app at this moment, or some steps of thirty seconds off. */
export const codeOf = (secret: string, steps = 0) => totpCode(bytesOf(secret), stepAt(Date.now()) + steps);
/** A code that is wrong now and for a while. */
export const wrongCode = (secret: string) => {
  const near = [-3, -2, -1, 0, 1, 2, 3].map((step) => codeOf(secret, step));
  return ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find((code) => !near.includes(code))!;
};

export type Newcomer = Awaited<ReturnType<AuthDoor['newcomer']>>;
export type WithTotp = Awaited<ReturnType<typeof withTotp>>;

/** Somebody new, and the context of the session that they have. */
export async function newcomer(door: AuthDoor, tenant_id?: string) {
  const person = await door.newcomer(undefined, tenant_id);
  return { ...person, ctx: { ...person.ctx, session: person.session } };
}

/** Somebody with an authenticator app, whose codes of now are unused. */
export async function withTotp(door: AuthDoor, person?: Newcomer) {
  const somebody = person ?? (await newcomer(door));
  const { secret } = await door.call(auth.startTotp, somebody.ctx, { password: PASSWORD });
  const { recovery_codes } = await door.call(auth.confirmTotp, somebody.ctx, { code: codeOf(secret) });
  const fresh = () => door.query('update totp set last_step = null where account_id = $1', [somebody.user]);
  await fresh();
  return { ...somebody, secret, recovery_codes, fresh };
}

/** Somebody with a passkey. */
export async function withPasskey(door: AuthDoor, person?: Newcomer) {
  const somebody = person ?? (await newcomer(door));
  const key = passkey();
  const { options } = await door.call(auth.passkeyOptions, somebody.ctx, { password: PASSWORD });
  const added = await door.call(auth.addPasskey, somebody.ctx, { credential: key.create(options), name: 'Laptop' });
  return { ...somebody, key, added };
}

/** The challenge that a login with the right password ends in. */
export async function challenged(door: AuthDoor, email: string, password = PASSWORD, ctx = someone()): Promise<SecondFactorChallenge> {
  const { body } = await problemOf(door.login(email, password, ctx));
  if (body.code !== 'second_factor_required') throw new Error(`the login ended in ${body.code}`);
  return body as Problem['body'] & SecondFactorChallenge;
}

/** The second step of a login. */
export const answer = (door: AuthDoor, challenge: string, factor: FactorAnswer, ctx = someone()) =>
  door.call(auth.loginWithSecondFactor, ctx, { challenge, ...factor });
