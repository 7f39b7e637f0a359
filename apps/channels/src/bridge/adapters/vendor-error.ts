import { isObject } from '@skep/contracts';
import { OutboundError } from '@skep/platform';
import { Refused } from '../adapter.js';

const RETRY_MS = 5_000;
/** Errors of connections that were never made. */
const NOT_CONNECTED: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * What a request to a vendor failed with, without its address, which may contain a credential: Refused if it cannot have arrived, else Error.
 */
export function toVendorError(vendor: string, error: unknown): Error {
  const code = isObject(error) && isObject(error['cause']) && error['cause']['code'];
  if (NOT_CONNECTED.includes(code)) return new Refused(`${vendor} cannot be reached (${String(code)}).`, RETRY_MS);
  const reason = error instanceof OutboundError ? error.reason : 'network';
  if (reason === 'address') return new Refused(`The address of ${vendor} is not allowed.`);
  return new Error(`${vendor} did not answer as it should (${reason}).`);
}
