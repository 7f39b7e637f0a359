import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, OneOf, Optional, Shape, Text } from '../fields.js';
import { BadRequest, NotConfigured, problem } from '../problem.js';

/** What a challenge is for: the key of an iPhone, one of its assertions, or a token of Play Integrity. */
export const ATTEST_PURPOSES = ['attest', 'assert', 'integrity'] as const;
export type AttestPurpose = (typeof ATTEST_PURPOSES)[number];
/** How far Google trusts an Android device, the most trusted first. */
export const INTEGRITY_VERDICTS = ['strong', 'device', 'basic'] as const;
export type IntegrityVerdict = (typeof INTEGRITY_VERDICTS)[number];
/** The environment of App Attest in which a key was made. */
export const APP_ATTEST_ENVIRONMENTS = ['production', 'development'] as const;
export type AppAttestEnvironment = (typeof APP_ATTEST_ENVIRONMENTS)[number];

/** Seconds for which an attest token is valid. */
export const ATTEST_TOKEN_SECONDS = 600;
/** The audience of attest tokens, which keeps them from being access tokens. */
export const ATTEST_TOKEN_AUDIENCE = 'attest';

/** The only request that a proof is for. */
export interface BoundRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** SHA-256 of the body, hex. */
  body_sha256?: string;
}

const docs = {
  challenge_id: { description: 'Id of the challenge.', example: 'ach_1f4k' },
  key_id: { description: 'Id of the key, base64, as App Attest gives it.', example: 'bSrEhF8TIzIvWSPwvZ0i2+UOBre4ASH84rK15m6emNY=' },
  device_id: { description: 'Id of the device.', example: 'atd_8h2m' },
  attest_token: { description: 'Proof of the device, for `X-Attest-Token`.', example: 'eyJhbGciOiJSUzI1NiIs…' },
  expires_in: { description: 'Seconds for which the token is valid.', example: ATTEST_TOKEN_SECONDS },
} satisfies Record<string, FieldDocs>;

const ChallengeId = () => Text({ min: 1, max: 64, ...docs.challenge_id });
const KeyId = () => Text({ min: 1, max: 100, ...docs.key_id });

@Shape('What a challenge is for.')
export class RequestChallenge {
  @Optional() @OneOf(['ios', 'android'], { description: 'System of the device.', example: 'ios' }) platform?: 'ios' | 'android';
  @OneOf(ATTEST_PURPOSES, {
    description: 'What is proved: a new key (`attest`), a request (`assert`), or an Android device (`integrity`).',
    example: 'attest',
  })
  purpose!: AttestPurpose;
  @Optional() @KeyId() key_id?: string;
}

@Shape('A challenge. It works once, for its purpose, and for the user and the key of its request if there were any.')
export class AttestChallenge {
  @Text(docs.challenge_id) challenge_id!: string;
  @Text({
    description: '32 random bytes, base64url. App Attest hashes the bytes; Play Integrity gets the text as `requestHash` or `nonce`.',
    example: 'Xb0mFQ8j4Zr1m1tq0yT0c0mT2QG0b5f0h0s7yYpK3hA',
  })
  challenge!: string;
  @Instant({ description: 'When it expires.' }) expires_at!: Date;
}

@Shape('The attestation of a new key by App Attest.')
export class AttestKey {
  @ChallengeId() challenge_id!: string;
  @KeyId() key_id!: string;
  @Text({ min: 1, max: 32_000, description: 'The attestation object, base64.', example: 'o2NmbXRvYXBwbGUtYXBwYXR0ZXN0…' })
  attestation!: string;
}

@Shape('A device whose key is known.')
export class AttestedDevice {
  @Text(docs.device_id) device_id!: string;
  @OneOf(APP_ATTEST_ENVIRONMENTS, { description: 'Environment of App Attest.', example: 'production' }) environment!: AppAttestEnvironment;
}

@Shape('An assertion of a known key.')
export class AssertKey {
  @KeyId() key_id!: string;
  @ChallengeId() challenge_id!: string;
  @Text({
    min: 1,
    max: 4_000,
    description:
      'What the key has signed: JSON text with `challenge`. With `method` and `path`, and perhaps `body_sha256` (hex), the token works for that request only.',
    example: '{"challenge":"Xb0mFQ8j4Zr1m1tq0yT0c0mT2QG0b5f0h0s7yYpK3hA"}',
  })
  client_data!: string;
  @Text({ min: 1, max: 4_000, description: 'The assertion object, base64.', example: 'omlzaWduYXR1cmVYRzBFAiEA…' }) assertion!: string;
}

@Shape('Proof of a device, for requests of its user.')
export class AttestToken {
  @Text(docs.attest_token) attest_token!: string;
  @Int(docs.expires_in) expires_in!: number;
}

@Shape('A token of Play Integrity.')
export class CheckIntegrity {
  @ChallengeId() challenge_id!: string;
  @Text({ min: 1, max: 20_000, description: 'The token that Play Integrity gave the app.', example: 'eyJhbGciOiJBMjU2S1ciLCJlbmMiOi…' })
  integrity_token!: string;
}

@Shape('Proof of an Android device.')
export class IntegrityToken extends AttestToken {
  @OneOf(INTEGRITY_VERDICTS, { description: 'How far Google trusts the device.', example: 'device' }) verdict!: IntegrityVerdict;
}

@Shape('Identifies an attested device.')
export class AttestedDeviceRef {
  @Text({ min: 1, max: 64, ...docs.device_id }) id!: string;
}

@Shape('A device that is known no longer.')
export class AttestedDeviceForgotten {
  @Text(docs.device_id) device_id!: string;
}

@Shape('A user whose devices are forgotten.')
export class ForgetDevices {
  @Text({ min: 1, max: 64, description: 'Id of the user.' }) user_id!: string;
  @Text({ min: 1, max: 64, description: 'Id of their tenant.' }) tenant_id!: string;
}

@Shape('How many devices were forgotten.')
export class ForgottenDevices {
  @Int({ description: 'Number of devices.', example: 1 }) forgotten!: number;
}

export const AttestationInvalid = problem('attestation_invalid', 401, 'The proof of the device is not valid.');
/** A route that wants proof of the device got none. */
export const AttestationRequired = problem('attestation_required', 401, 'This requires proof of the device in X-Attest-Token.');
export const IntegrityTooWeak = problem('integrity_too_weak', 403, 'Google does not vouch for this app on this device.');
export const AttestedDeviceNotFound = problem('attested_device_not_found', 404, 'This key or device is not known. Attest a new key.');
export const AttestKeyKnown = problem('attest_key_known', 409, 'This key is known already.');
export const AttestCounterUsed = problem('attest_counter_used', 409, 'The counter of this assertion has not increased.');
export const AttestChallengeExpired = problem(
  'attest_challenge_expired',
  410,
  'The challenge was used, has expired, or is for something else. Get a new one.',
);
export const IntegrityUnavailable = problem('integrity_unavailable', 502, 'Google does not answer. Try again.');

const scope = 'coach:use';
const attested = [BadRequest, AttestationInvalid, AttestChallengeExpired, NotConfigured];

export const attestationMembers = {
  requestChallenge: operation('Get a challenge for a device', {
    description: 'It works once, within five minutes.',
    input: RequestChallenge,
    output: AttestChallenge,
    secret: true,
  }),
  attestKey: operation('Attest the key of an iPhone', {
    description: 'App Attest: the key belongs to the user who is signed in, or else to the first one who asserts with it.',
    input: AttestKey,
    output: AttestedDevice,
    problems: [...attested, AttestKeyKnown],
  }),
  assertKey: operation('Assert a request with the key of an iPhone', {
    description: 'App Attest. The answer has a token, so that not every request needs an assertion.',
    input: AssertKey,
    output: AttestToken,
    problems: [...attested, AttestedDeviceNotFound, AttestCounterUsed],
    secret: true,
    scope,
  }),
  checkIntegrity: operation('Prove an Android device', {
    description: 'Play Integrity.',
    input: CheckIntegrity,
    output: IntegrityToken,
    problems: [AttestationInvalid, IntegrityTooWeak, AttestChallengeExpired, IntegrityUnavailable, NotConfigured],
    secret: true,
    spansCalls: true,
  }),
  forgetAttestedDevice: operation('Forget an attested device', {
    description: 'Only your own.',
    input: AttestedDeviceRef,
    output: AttestedDeviceForgotten,
    problems: [AttestedDeviceNotFound],
    scope,
  }),
  /** Internal: called when an account is deleted. */
  forgetAttestedDevices: operation('Forget the devices of a user', { input: ForgetDevices, output: ForgottenDevices }),
};
