import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/** A probe, and the public key that verifies what it signs. */
export interface ProbeKey {
  name: string;
  key: KeyObject;
}

/** Reads an entry of SKEP_HEALTH_PROBE_KEYS. @throws Error that completes "entry 2 …" */
export function parseProbeKey(text: string): ProbeKey {
  const [, name, base64] = /^([\w-]{1,64}):([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  if (!name || !base64) throw new Error('must be the name of the probe, a colon and its public key as base64');
  return { name, key: readKey(Buffer.from(base64, 'base64')) };
}

function readKey(der: Buffer): KeyObject {
  const key = attempt(() => createPublicKey({ key: der, format: 'der', type: 'spki' }));
  const isKnown = key?.asymmetricKeyType === 'ed25519' || key?.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (!key || !isKnown) throw new Error('needs a public key of Ed25519 or P-256, DER of a SubjectPublicKeyInfo, as base64');
  return key;
}

/** Whether a probe has signed a text: with Ed25519, or with ECDSA and SHA-256 in DER. */
export const hasSigned = ({ key }: ProbeKey, text: string, signature: string): boolean =>
  attempt(() => verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(text), key, Buffer.from(signature, 'base64'))) ??
  false;

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
