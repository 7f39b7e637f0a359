import { X509Certificate as ParsedCertificate } from '@peculiar/x509';
import { X509Certificate } from 'node:crypto';
import { check, malformed } from './attestation-fault.js';

/** The key and the nonce that a chain certifies. */
export interface CertifiedKey {
  /** DER of a SubjectPublicKeyInfo. */
  publicKey: Buffer;
  /** The curve point: 0x04, x, y. */
  point: Buffer;
  /** The extension with the nonce, DER; undefined without one. */
  nonceExtension: Buffer | undefined;
}

const NONCE_OID = '1.2.840.113635.100.8.2';

/**
 * Verifies a leaf and its intermediate up to the pinned root, with the dates of all three (RFC 5280 §6), and that the leaf has a P-256 key.
 * @throws AttestationFault
 */
export function verifyChain(x5c: readonly Uint8Array[], root: X509Certificate, now: Date): CertifiedKey {
  const [leaf, intermediate] = x5c.map(parseCertificate);
  if (!leaf || !intermediate || x5c.length !== 2) return malformed('x5c is not a leaf and its intermediate certificate');
  for (const [issued, issuer] of [[leaf, intermediate] as const, [intermediate, root] as const])
    check(issuer.ca && issued.checkIssued(issuer) && issued.verify(issuer.publicKey), 'its certificates do not lead to the root');
  for (const { validFromDate, validToDate } of [leaf, intermediate, root])
    check(validFromDate <= now && now <= validToDate, 'a certificate is not valid at this time');
  const { publicKey: key } = leaf;
  check(key.asymmetricKeyDetails?.namedCurve === 'prime256v1', 'the key is not on the curve P-256');
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const nonce = extensionOf(leaf, NONCE_OID);
  return {
    publicKey: key.export({ type: 'spki', format: 'der' }),
    point: Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]),
    nonceExtension: nonce,
  };
}

function parseCertificate(bytes: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(bytes);
    if (certificate.raw.equals(bytes)) return certificate;
  } catch {
    // Said below.
  }
  return malformed('x5c has something that is not a certificate');
}

function extensionOf(certificate: X509Certificate, oid: string): Buffer | undefined {
  try {
    const found = new ParsedCertificate(certificate.raw).getExtension(oid);
    return found ? Buffer.from(found.value) : undefined;
  } catch {
    return malformed('the extensions of the certificate cannot be read');
  }
}
