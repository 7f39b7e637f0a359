import { isObject } from '@skep/contracts';
import { AttestationInvalid, IntegrityTooWeak, type IntegrityVerdict } from '@skep/contracts/auth';

/** What Google says of a token of Play Integrity (`tokenPayloadExternal`). Fields that Google did not evaluate are absent. */
export interface IntegrityPayload {
  requestDetails?: { requestPackageName?: unknown; requestHash?: unknown; nonce?: unknown; timestampMillis?: unknown };
  /** The only trusted package name: that of `requestDetails` is the caller's word. */
  appIntegrity?: { appRecognitionVerdict?: unknown; packageName?: unknown };
  deviceIntegrity?: { deviceRecognitionVerdict?: unknown };
}

const MAX_AGE_MS = 300_000;
/** Clocks differ. */
const MAX_AHEAD_MS = 60_000;

const LABELS: Readonly<Record<IntegrityVerdict, string>> = {
  strong: 'MEETS_STRONG_INTEGRITY',
  device: 'MEETS_DEVICE_INTEGRITY',
  basic: 'MEETS_BASIC_INTEGRITY',
};

/**
 * Reads the verdict of a token for our challenge: first whether it is of our request, then what Google says of the app and the device
 * (https://developer.android.com/google/play/integrity/verdicts).
 * @param challenge the text that the app gave to Play Integrity as `requestHash` (standard request) or `nonce` (classic request)
 * @throws Problem `attestation_invalid` or `integrity_too_weak`
 */
export function verdictOf(payload: IntegrityPayload, challenge: string, packageName: string, now = Date.now()): IntegrityVerdict {
  const { requestDetails = {}, appIntegrity = {}, deviceIntegrity = {} } = payload;
  if ((requestDetails.requestHash ?? requestDetails.nonce) !== challenge) throw AttestationInvalid('The token is for another challenge.');
  const age = now - Number(requestDetails.timestampMillis);
  if (!(age <= MAX_AGE_MS && age >= -MAX_AHEAD_MS)) throw AttestationInvalid('The token is too old.');
  if (requestDetails.requestPackageName !== packageName) throw AttestationInvalid('The token is of another app.');
  if (appIntegrity.appRecognitionVerdict !== 'PLAY_RECOGNIZED') throw IntegrityTooWeak('Google Play does not recognise this app.');
  if (appIntegrity.packageName !== packageName) throw AttestationInvalid('The token is of another app.');
  const labels = [deviceIntegrity.deviceRecognitionVerdict].flat();
  const verdict = (Object.keys(LABELS) as IntegrityVerdict[]).find((each) => labels.includes(LABELS[each]));
  if (!verdict) throw IntegrityTooWeak('Google does not vouch for this device.');
  return verdict;
}

/** The payload in an answer of Google. @throws Problem `attestation_invalid` */
export function payloadOf(answer: unknown): IntegrityPayload {
  const payload = isObject(answer) ? answer['tokenPayloadExternal'] : undefined;
  if (!isObject(payload)) throw AttestationInvalid('Google cannot read this token.');
  return payload as IntegrityPayload;
}
