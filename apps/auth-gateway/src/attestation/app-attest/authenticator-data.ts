import { malformed } from './attestation-fault.js';
import { lengthOf } from './cbor.js';

/** What an authenticator signs (WebAuthn L3 §6.1). */
export interface AuthenticatorData {
  /** SHA-256 of the id of the app. */
  appIdHash: Buffer;
  counter: number;
}

/** The key that authenticator data attests (WebAuthn L3 §6.5.1). */
export interface AttestedCredential {
  aaguid: Buffer;
  id: Buffer;
}

const FLAGS_AT = 32;
const COUNTER_AT = 33;
const AAGUID_AT = 37;
const ID_LENGTH_AT = 53;
const ID_AT = 55;
const HAS_EXTENSIONS = 0x80;

/** Reads the data of an assertion. App Attest sets the flag of an attested key there, without the key. @throws AttestationFault `malformed` */
export function parseAuthenticatorData(data: Buffer): AuthenticatorData {
  if (data.length < AAGUID_AT) malformed('the authenticator data is too short');
  return parse(data, AAGUID_AT);
}

/** Reads the data of an attestation. @throws AttestationFault `malformed` */
export function parseAttestedData(data: Buffer): AuthenticatorData & { credential: AttestedCredential } {
  if (data.length < ID_AT) malformed('the authenticator data is too short');
  const keyAt = ID_AT + data.readUInt16BE(ID_LENGTH_AT);
  const credential = { aaguid: data.subarray(AAGUID_AT, ID_LENGTH_AT), id: data.subarray(ID_AT, keyAt) };
  return { ...parse(data, keyAt + lengthOf(data, keyAt)), credential };
}

/** @param end where the data ends, unless extensions follow */
function parse(data: Buffer, end: number): AuthenticatorData {
  const extensions = data[FLAGS_AT]! & HAS_EXTENSIONS ? lengthOf(data, end) : 0;
  if (end + extensions !== data.length) malformed('the authenticator data has another length than it says');
  return { appIdHash: data.subarray(0, FLAGS_AT), counter: data.readUInt32BE(COUNTER_AT) };
}
