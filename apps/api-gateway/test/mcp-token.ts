import type { Skep, TestUser } from '@skep/testkit';
import { createHash, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { kty, n, e } = publicKey.export({ format: 'jwk' });
const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');

/** Publishes the key of the tests beside the keys of auth-gateway, so that the gateway takes tokens that it has not issued. */
export async function publishTestKey({ infra }: Skep): Promise<void> {
  const jwk: JsonWebKey = { kty, n, e, kid, alg: 'RS256', use: 'sig' };
  await infra.query(
    'auth-gateway',
    `insert into signing_key (kid, public_jwk, sealed_private_key, is_active, expires_at) values ($1, $2, '', false, now() + interval '1 hour')`,
    [kid, JSON.stringify(jwk)],
  );
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims of a session token. */
const claimsOf = ({ access }: TestUser) => JSON.parse(Buffer.from(access.split('.')[1]!, 'base64url').toString()) as object;

/** Signs a token like the user's session token, with other claims and another type. */
export function signToken(user: TestUser, claims: object, typ = 'at+jwt'): string {
  const signed = `${encode({ alg: 'RS256', kid, typ })}.${encode({ ...claimsOf(user), ...claims })}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}
