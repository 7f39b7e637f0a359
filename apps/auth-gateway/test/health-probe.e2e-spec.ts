import { auth } from '@skep/contracts/auth';
import { codeOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type AuthHarness, claimsOf, someone, startAuth } from './auth.js';

const probes = {
  ed: generateKeyPairSync('ed25519'),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
type Probe = keyof typeof probes;
const setting = Object.entries(probes)
  .map(([name, { publicKey }]) => `${name}:${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`)
  .join();

let harness: AuthHarness;
beforeAll(async () => {
  harness = await startAuth({ SKEP_HEALTH_PROBE_KEYS: setting });
});
afterAll(() => harness?.close());

const challengeFor = async (probe_id: string) => (await harness.call(auth.requestProbeChallenge, someone(), { probe_id })).challenge;
const signed = (challenge: string, key: KeyObject) =>
  sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(challenge), key).toString('base64');
const exchange = (probe_id: string, challenge: string, key: KeyObject) =>
  harness.call(auth.issueProbeToken, someone(), { probe_id, challenge, signature: signed(challenge, key) });
const check = (token?: string) => harness.call(auth.checkHealth, someone(), { ...(token !== undefined && { token }) });

describe('a probe', () => {
  it.each(['ed', 'ec'] as Probe[])('with a key of the kind %s gets a token of five minutes, which opens the check', async (name) => {
    const { token, ...rest } = await exchange(name, await challengeFor(name), probes[name].privateKey);
    expect(rest).toEqual({ expires_in: 300, scope: 'health-probe' });
    const claims = claimsOf(token);
    expect(claims.exp - claims.iat).toBe(300);
    expect(claims).not.toHaveProperty('sid');
    expect(await check(token)).toEqual({ status: 'ok', checks: { auth: 'ok', db: 'ok' } });
  });

  it('leaves an audit entry for each token', async () => {
    const entries = () =>
      harness.query(`select actor_type, actor_id from audit_log where action = 'health_probe.token_issued' and actor_id = 'ed'`);
    const before = (await entries()).length;
    await exchange('ed', await challengeFor('ed'), probes.ed.privateKey);
    expect((await entries()).slice(before)).toEqual([{ actor_type: 'probe', actor_id: 'ed' }]);
  });

  it('gets nothing for a challenge that was used, or of another probe, or that it has not signed', async () => {
    const challenge = await challengeFor('ed');
    await exchange('ed', challenge, probes.ed.privateKey);
    expect(await codeOf(exchange('ed', challenge, probes.ed.privateKey))).toBe('unauthenticated');
    expect(await codeOf(exchange('ed', await challengeFor('ec'), probes.ed.privateKey))).toBe('unauthenticated');
    expect(await codeOf(exchange('ed', await challengeFor('ed'), probes.ec.privateKey))).toBe('unauthenticated');
    expect(await codeOf(exchange('ed', 'made up', probes.ed.privateKey))).toBe('unauthenticated');
  });

  it('that nobody knows is 404', async () => {
    expect(await codeOf(challengeFor('other'))).toBe('not_found');
    expect(await codeOf(exchange('other', 'c', probes.ed.privateKey))).toBe('not_found');
  });
});

describe('the check', () => {
  it('is closed without the token of a probe', async () => {
    const { tokens } = await harness.newcomer();
    for (const token of [undefined, '', 'nonsense', tokens.access_token]) expect(await codeOf(check(token))).toBe('unauthenticated');
  });

  it('is closed to a probe that was removed since', async () => {
    const { token } = await exchange('ed', await challengeFor('ed'), probes.ed.privateKey);
    await harness.restart({ SKEP_HEALTH_PROBE_KEYS: setting.split(',')[1]! });
    expect(await codeOf(check(token))).toBe('unauthenticated');
    await harness.restart({ SKEP_HEALTH_PROBE_KEYS: undefined });
    expect(await codeOf(check(token))).toBe('not_found');
    expect(await codeOf(challengeFor('ed'))).toBe('not_found');
  });
});
