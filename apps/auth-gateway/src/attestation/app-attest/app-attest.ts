import type { AppAttestEnvironment } from '@skep/contracts/auth';
import { createHash, createPublicKey, verify, type X509Certificate } from 'node:crypto';
import { check, malformed } from './attestation-fault.js';
import { parseAttestedData, parseAuthenticatorData } from './authenticator-data.js';
import { bytesIn, decode, member } from './cbor.js';
import { verifyChain } from './certificate-chain.js';

/** Which attestations count. */
export interface AppAttestPolicy {
  /** `<team id>.<bundle id>` of each app. */
  appIds: readonly string[];
  root: X509Certificate;
  /** `development` accepts keys of both environments. */
  environment: AppAttestEnvironment;
}

/** What an attestation proves. */
export interface AttestedKey {
  /** DER of a SubjectPublicKeyInfo. */
  publicKey: Buffer;
  /** For Apple's service that assesses risk. */
  receipt: Buffer;
  appId: string;
  environment: AppAttestEnvironment;
}

const sha256 = (...parts: readonly (Buffer | string)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

const AAGUIDS: Readonly<Record<AppAttestEnvironment, Buffer>> = {
  production: Buffer.concat([Buffer.from('appattest'), Buffer.alloc(7)]),
  development: Buffer.from('appattestdevelop'),
};
/** DER of the extension before its 32 bytes: a sequence of one octet string with the tag 1. */
const NONCE_PREFIX = Buffer.from('3024a1220420', 'hex');

/**
 * Verifies the attestation of a key of App Attest, with the steps of Apple's "Validating apps that connect to your server".
 * @param keyId SHA-256 of the public key, as the app names it
 * @param clientDataHash SHA-256 of the challenge that we gave the app
 * @throws AttestationFault
 */
export function verifyAttestation(
  attestation: Buffer,
  { keyId, clientDataHash, now = new Date() }: { keyId: Buffer; clientDataHash: Buffer; now?: Date },
  { appIds, root, environment: wanted }: AppAttestPolicy,
): AttestedKey {
  const object = decode(attestation);
  if (member(object, 'fmt') !== 'apple-appattest') return malformed('fmt is not apple-appattest');
  const statement = member(object, 'attStmt');
  const x5c = member(statement, 'x5c');
  if (!Array.isArray(x5c) || !x5c.every((each) => each instanceof Uint8Array)) return malformed('x5c is not a list of certificates');
  const authData = bytesIn(object, 'authData');
  const { appIdHash, counter, credential } = parseAttestedData(authData);
  const receipt = bytesIn(statement, 'receipt');

  const { publicKey, point, nonceExtension } = verifyChain(x5c, root, now);
  const nonce = sha256(authData, clientDataHash);
  check(!!nonceExtension?.equals(Buffer.concat([NONCE_PREFIX, nonce])), 'the certificate is for another challenge');
  check(sha256(point).equals(keyId), 'the key has another id');
  const appId = appIds.find((id) => sha256(id).equals(appIdHash));
  check(appId !== undefined, 'it is of another app');
  check(counter === 0, 'the counter of a new key is not 0');
  const environment = (Object.keys(AAGUIDS) as AppAttestEnvironment[]).find((each) => AAGUIDS[each].equals(credential.aaguid));
  check(environment === 'production' || environment === wanted, 'it is of another environment');
  check(credential.id.equals(keyId), 'it is of another key');
  return { publicKey, receipt, appId, environment };
}

/**
 * Verifies an assertion of a known key. Whether its counter has increased, and the challenge in the client data is right, is for the caller to check.
 * @returns the counter
 * @throws AttestationFault
 */
export function verifyAssertion(assertion: Buffer, clientData: string, key: Pick<AttestedKey, 'publicKey' | 'appId'>): number {
  const object = decode(assertion);
  const signature = bytesIn(object, 'signature');
  const authenticatorData = bytesIn(object, 'authenticatorData');
  const { appIdHash, counter } = parseAuthenticatorData(authenticatorData);
  const publicKey = createPublicKey({ key: key.publicKey, format: 'der', type: 'spki' });
  check(verify('sha256', sha256(authenticatorData, sha256(clientData)), publicKey, signature), 'the signature is wrong');
  check(sha256(key.appId).equals(appIdHash), 'it is of another app');
  return counter;
}
