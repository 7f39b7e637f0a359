import { type AppleAttestation, type AppleDevice, makeAppleAttestation, WRONGS } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import checker from 'appattest-checker-node';
import fc from 'fast-check';
import { createHash, createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AppAttestPolicy, verifyAssertion, verifyAttestation } from '../src/attestation/app-attest/app-attest.js';
import { readRoot } from '../src/attestation/app-attest/app-attest-settings.js';
import { AttestationFault } from '../src/attestation/app-attest/attestation-fault.js';

const APP = 'TEAM123456.com.example.coach';
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const challenge = randomBytes(32);

let apple: AppleAttestation;
let phone: AppleDevice;
let good: Buffer;
let policy: AppAttestPolicy;
let publicKey: Buffer;

beforeAll(async () => {
  apple = await makeAppleAttestation();
  phone = apple.device(APP);
  good = await phone.attest(challenge, { receipt: Buffer.alloc(0) });
  policy = { appIds: ['OTHERTEAM1.com.example', APP], root: new X509Certificate(apple.root), environment: 'development' };
  ({ publicKey } = verify(good));
});

const verify = (attestation: Buffer, by: Partial<AppAttestPolicy> = {}, { keyId } = phone) =>
  verifyAttestation(attestation, { keyId: Buffer.from(keyId, 'base64'), clientDataHash: sha256(challenge) }, { ...policy, ...by });
/** Why something is refused. Another error than a fault fails the test. */
const faultOf = (work: () => unknown): AttestationFault | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AttestationFault) return error;
    throw error;
  }
};
const flip = (bytes: Buffer, bit: number) => {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
};

describe('an attestation', () => {
  it('proves a key, its app and its environment', async () => {
    const key = verify(good);
    expect(key).toMatchObject({ appId: APP, environment: 'development' });
    expect(verify(await phone.attest(challenge, { environment: 'production' })).environment).toBe('production');
    expect(verify(await phone.attest(challenge, { extensions: new Map([['apple_validation_category_01', 1]]) }))).toMatchObject({
      appId: APP,
    });
  });

  it('of the documentation of Apple is valid on its day, with the root of Apple', () => {
    const sample = Buffer.from(readFileSync(new URL('../../test/apple-sample-attestation.txt', import.meta.url), 'utf8'), 'base64');
    const keyId = Buffer.from('bSrEhF8TIzIvWSPwvZ0i2+UOBre4ASH84rK15m6emNY=', 'base64');
    const clientDataHash = Buffer.from('test_server_challenge');
    const of = { appIds: ['0352187391.com.apple.example_app_attest'], root: readRoot(), environment: 'production' } as const;
    const on = (now: string) => verifyAttestation(sample, { keyId, clientDataHash, now: new Date(now) }, of);
    expect(on('2024-04-18T12:00:00Z').environment).toBe('production');
    for (const day of ['2024-04-16T12:00:00Z', '2024-04-21T12:00:00Z']) expect(faultOf(() => on(day))?.message).toMatch(/at this time/);
    expect(of.root.fingerprint256).toBe('1C:B9:82:3B:A2:8B:A6:AD:2D:33:A0:06:94:1D:E2:AE:4F:51:3E:F1:D4:E8:31:B9:F7:E0:FA:7B:62:42:C9:32');
  });

  it.each(WRONGS)('with a wrong %s proves nothing', async (wrong) => {
    const bad = await phone.attest(challenge, { wrong });
    expect(faultOf(() => verify(bad))?.kind).toBe('invalid');
  });

  it('of a development build proves nothing in production', () => {
    expect(faultOf(() => verify(good, { environment: 'production' }))?.message).toMatch(/environment/);
  });

  it('of another key, or for another challenge, proves nothing', async () => {
    expect(faultOf(() => verify(good, {}, apple.device(APP)))?.kind).toBe('invalid');
    const other = await phone.attest(randomBytes(32));
    expect(faultOf(() => verify(other))?.kind).toBe('invalid');
  });

  it('of a key on another curve proves nothing', async () => {
    const other = apple.device(APP, 'P-384');
    const attestation = await other.attest(challenge);
    expect(faultOf(() => verify(attestation, {}, other))?.message).toMatch(/P-256/);
  });

  it('is judged as another library judges it', async () => {
    checker.setAppAttestRootCertificate(apple.root);
    const judged = async (attestation: Buffer) =>
      !('verifyError' in (await checker.verifyAttestation({ appId: APP, developmentEnv: true }, phone.keyId, challenge, attestation)));
    expect(await judged(good)).toBe(true);
    // It does not look whether the intermediate certificate is that of an authority.
    for (const wrong of WRONGS.filter((each) => each !== 'authority'))
      expect([wrong, await judged(await phone.attest(challenge, { wrong }))]).toEqual([wrong, false]);
  });

  it('with any bit changed proves nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: good.length * 8 - 1 }), (bit) => faultOf(() => verify(flip(good, bit))) !== undefined),
      { numRuns: 1_000 },
    );
  });

  it('that is cut off, or followed by more, cannot be read', () => {
    fc.assert(
      fc.property(fc.nat({ max: good.length - 1 }), (length) => faultOf(() => verify(good.subarray(0, length)))?.kind === 'malformed'),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (more) => faultOf(() => verify(Buffer.concat([good, more])))?.kind === 'malformed'),
    );
  });

  it('of any bytes cannot be read', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => faultOf(() => verify(Buffer.from(bytes)))?.kind === 'malformed'));
  });

  it.each([
    ['lists', [0x81]],
    ['maps', [0xa1, 0x00]],
    ['tags', [0xc1]],
    ['long lists', [0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]],
    ['lists without an end', [0x9f]],
  ])('of %s in each other cannot be read', (_, layer) => {
    const bomb = Buffer.concat(Array<Buffer>(3_000).fill(Buffer.from(layer)));
    expect(faultOf(() => verify(bomb))?.kind).toBe('malformed');
  });

  it('whose certificate is of sequences in each other, or cut off, cannot be read', () => {
    let der = Buffer.alloc(0);
    for (let i = 0; i < 5_000; i++) {
      const length = der.length < 128 ? [der.length] : [0x82, der.length >> 8, der.length & 255];
      der = Buffer.concat([Buffer.from([0x30, ...length]), der]);
    }
    const at = good.indexOf(Buffer.from([0x59])) + 1;
    const size = good.readUInt16BE(at);
    const leaf = good.subarray(at + 2, at + 2 + size);
    const withLeaf = (bytes: Buffer) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      return Buffer.concat([good.subarray(0, at), length, bytes, good.subarray(at + 2 + size)]);
    };
    expect(verify(withLeaf(leaf)).appId).toBe(APP);
    expect(faultOf(() => verify(withLeaf(der)))?.kind).toBe('malformed');
    expect(faultOf(() => verify(withLeaf(Buffer.concat([leaf, Buffer.alloc(1)]))))?.kind).toBe('malformed');
    for (let length = 0; length < leaf.length; length += 7)
      expect(faultOf(() => verify(withLeaf(leaf.subarray(0, length))))?.kind).toBe('malformed');
  });
});

describe('an assertion', () => {
  const data = JSON.stringify({ challenge: 'c' });
  const assertion = () => phone.assert(data, 7);
  const check = (bytes: Buffer, clientData = data, appId = APP) => verifyAssertion(bytes, clientData, { publicKey, appId });

  it('proves its counter', () => {
    expect(check(assertion())).toBe(7);
  });

  it('over other data, for another app or by another key proves nothing', () => {
    for (const work of [
      () => check(assertion(), `${data} `),
      () => check(phone.assert(data, 7, 'OTHERTEAM0.x')),
      () => check(apple.device(APP).assert(data, 7)),
    ])
      expect(faultOf(work)?.kind).toBe('invalid');
  });

  it('is judged as another library judges it', async () => {
    const pem = createPublicKey({ key: publicKey, format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' }).toString();
    const judge = (bytes: Buffer, text = data) => checker.verifyAssertion(sha256(Buffer.from(text)), pem, APP, bytes);
    expect(await judge(assertion())).toEqual({ signCount: 7 });
    for (const result of [
      judge(assertion(), `${data} `),
      judge(phone.assert(data, 7, 'OTHERTEAM0.x')),
      judge(apple.device(APP).assert(data, 7)),
    ])
      expect(await result).toHaveProperty('verifyError');
  });

  it('with any bit changed, cut off or followed by more proves nothing', () => {
    const bytes = assertion();
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => faultOf(() => check(flip(bytes, bit))) !== undefined),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), (length) => faultOf(() => check(bytes.subarray(0, length)))?.kind === 'malformed'),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (more) => faultOf(() => check(Buffer.concat([bytes, more])))?.kind === 'malformed'),
    );
  });
});

describe('a root', () => {
  it('is read from PEM, base64 of DER, and a file', () => {
    const { raw } = new X509Certificate(apple.root);
    expect(readRoot(apple.root).raw).toEqual(raw);
    expect(readRoot(raw.toString('base64')).raw).toEqual(raw);
    for (const wrong of ['nothing', '/etc/hostname', `${raw.toString('base64').slice(0, 200)}`])
      expect(() => readRoot(wrong)).toThrow(/must be a certificate/);
  });
});
