import { isObject } from '@skep/contracts';
import type { BoundRequest } from '@skep/contracts/auth';
import { check, malformed } from './app-attest/attestation-fault.js';

/**
 * Reads what a key has signed, and checks that it has our challenge.
 * @returns the only request that it is for, if it names one
 * @throws AttestationFault
 */
export function readClientData(clientData: string, challenge: Buffer): BoundRequest | undefined {
  const data = parse(clientData);
  const { challenge: signed, method, path, body_sha256 } = data;
  check(typeof signed === 'string' && Buffer.from(signed, 'base64url').equals(challenge), 'the client data has another challenge');
  if (method === undefined && path === undefined && body_sha256 === undefined) return undefined;
  if (typeof method !== 'string' || typeof path !== 'string') return malformed('the client data needs both method and path');
  if (body_sha256 === undefined) return { method, path };
  return typeof body_sha256 === 'string' ? { method, path, body_sha256 } : malformed('body_sha256 is not text');
}

function parse(text: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(text);
    if (isObject(data)) return data;
  } catch {
    // Said below.
  }
  return malformed('the client data is not a JSON object');
}
