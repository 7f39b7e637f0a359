import { RELEASE_FORMAT, type ReleaseFile } from '@skep/contracts/portal';
import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { fingerprintOf, isIntact, signRelease } from './signature.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
const public_key = publicKey.export({ format: 'jwk' }).x!;
const content = { format: RELEASE_FORMAT, release: { app_id: 'links', ir: { app: { id: 'links', functions: [] } }, manifest: {} } };
const file: ReleaseFile = { ...content, public_key, signature: signRelease(content, pem) };

describe('the signature of a release file', () => {
  it('is the same for the same content, whatever the order of its keys', () => {
    const { manifest, ir, app_id } = content.release;
    const reordered = { release: { manifest, ir, app_id }, format: content.format };
    expect(signRelease(reordered, pem)).toBe(file.signature);
    expect(isIntact({ ...file, ...reordered })).toBe(true);
  });

  it.each<[string, Partial<ReleaseFile>]>([
    ['another IR', { release: { ...content.release, ir: { app: { id: 'links', functions: [1] } } } }],
    ['another manifest', { release: { ...content.release, manifest: { webhooks: [] } } }],
    ['one more field', { release: { ...content.release, more: true } }],
    ['another format', { format: 'skep-release/2' }],
    ['another key', { public_key: generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x! }],
    ['another signature', { signature: `${'A'.repeat(85)}Q` }],
  ])('is not valid for %s', (_, change) => {
    expect(isIntact({ ...file, ...change })).toBe(false);
  });
});

it('the fingerprint of a key is the hash of its bytes', () => {
  expect(fingerprintOf(Buffer.alloc(32).toString('base64url'))).toBe('SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU');
});
