import { canonicalJson } from '@skep/contracts';
import type { ReleaseFile } from '@skep/contracts/portal';
import { createHash, createPublicKey, sign, verify } from 'node:crypto';

type Signed = Pick<ReleaseFile, 'format' | 'release'>;

const bytesOf = ({ format, release }: Signed): Buffer => Buffer.from(canonicalJson({ format, release }));

/** @param privateKey PKCS #8 in PEM @returns the signature in base64url; the same content has the same */
export const signRelease = (content: Signed, privateKey: string): string => sign(null, bytesOf(content), privateKey).toString('base64url');

/** Whether the key of the file made its signature, of this content. */
export function isIntact({ public_key, signature, ...content }: ReleaseFile): boolean {
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: public_key } });
  return verify(null, bytesOf(content), key, Buffer.from(signature, 'base64url'));
}

/** What people compare: `SHA256:` and the hash of the 32 bytes of a public key in base64 without padding. */
export function fingerprintOf(public_key: string): string {
  const hash = createHash('sha256').update(Buffer.from(public_key, 'base64url')).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}
