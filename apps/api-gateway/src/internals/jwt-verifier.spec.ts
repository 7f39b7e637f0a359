import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';

// What `JwtVerifier` assumes of passport-jwt. None of our code runs here: a failure means that a new version needs another `JwtVerifier`.

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
function tokenWith(claims: object, header: object = { alg: 'RS256' }): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}
const now = Math.floor(Date.now() / 1000);
const VALID = tokenWith({ sub: 'me', exp: now + 60 });

/** Lets the strategy verify a token; returns the method that it calls and that method's arguments, and what it reads of the request. */
function authenticate(token: string, key: KeyObject | Error = publicKey) {
  const options = {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    algorithms: ['RS256'],
    secretOrKeyProvider: (_request: unknown, _token: string, done: (error: unknown, key?: KeyObject) => void) =>
      key instanceof Error ? done(key) : done(null, key),
  };
  const strategy = new Strategy(
    options as unknown as StrategyOptionsWithoutRequest,
    (claims: object, done: (error: unknown, user: object) => void) => done(null, claims),
  );
  const read = new Set<string | symbol>();
  const request = new Proxy(
    { headers: { authorization: `Bearer ${token}` } },
    { get: (all, key) => (read.add(key), Reflect.get(all, key)) },
  );
  return new Promise<{ called: string; argument: unknown; read: unknown[] }>((resolve) => {
    const note = (called: string) => (argument: unknown) => resolve({ called, argument, read: [...read] });
    const methods = { success: note('success'), fail: note('fail'), error: note('error'), pass: note('pass'), redirect: note('redirect') };
    Object.assign(Object.create(strategy) as Strategy, methods).authenticate(request as never);
  });
}

it('a copy of the strategy calls its own success with the claims, accepts a KeyObject, and reads only the headers', async () => {
  expect(await authenticate(VALID)).toEqual({ called: 'success', argument: expect.objectContaining({ sub: 'me' }), read: ['headers'] });
});

it.each([
  ['has expired', tokenWith({ sub: 'me', exp: now - 1 })],
  ['has another signature', `${VALID.slice(0, -4)}AAAA`],
  ['names another algorithm', tokenWith({ sub: 'me', exp: now + 60 }, { alg: 'none' })],
  ['is not a JWT', 'x'],
  ['is empty', ''],
])('it calls fail for a token that %s', async (_, token) => {
  expect(await authenticate(token)).toMatchObject({ called: 'fail' });
});

it('it calls fail if the provider has no key', async () => {
  expect(await authenticate(VALID, new Error('no key'))).toMatchObject({ called: 'fail' });
});
