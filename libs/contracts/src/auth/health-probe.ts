import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, Json, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotFound, Unauthenticated } from '../problem.js';

/** The scope of a probe's token. It opens the check and nothing else. */
export const PROBE_SCOPE = 'health-probe';
/** Seconds for which a probe's token is valid. */
export const PROBE_TOKEN_SECONDS = 300;

const docs = {
  probe_id: { description: 'Name of the probe, as in SKEP_HEALTH_PROBE_KEYS.', example: 'uptime' },
  challenge: { description: 'The challenge.', example: 'Xb0mFQ8j4Zr1m1tq0yT0c0mT2QG0b5f0h0s7yYpK3hA' },
} satisfies Record<string, FieldDocs>;

@Shape('A probe that asks for a challenge.')
export class ProbeRef {
  @Text({ min: 1, max: 64, ...docs.probe_id }) probe_id!: string;
}

@Shape('A challenge for a probe. It works once.')
export class ProbeChallenge {
  @Text(docs.challenge) challenge!: string;
  @Instant({ description: 'When it expires.' }) expires_at!: Date;
}

@Shape('A challenge that a probe has signed.')
export class ProbeProof {
  @Text({ min: 1, max: 64, ...docs.probe_id }) probe_id!: string;
  @Text({ min: 1, max: 200, ...docs.challenge }) challenge!: string;
  @Text({
    min: 1,
    max: 1_000,
    description: 'Signature of the text of the challenge, base64: Ed25519, or ECDSA with SHA-256 in DER.',
    example: 'MEUCIQDxv0…',
  })
  signature!: string;
}

@Shape('A token that opens the check of health and nothing else.')
export class ProbeToken {
  @Text({ description: 'The token.', example: 'eyJhbGciOiJSUzI1NiIs…' }) token!: string;
  @Int({ description: 'Seconds for which it is valid.', example: PROBE_TOKEN_SECONDS }) expires_in!: number;
  @OneOf([PROBE_SCOPE], { description: 'What it opens.', example: PROBE_SCOPE }) scope!: typeof PROBE_SCOPE;
}

@Shape('A check of health.')
export class CheckHealth {
  @Optional() @Text({ max: 4_000, description: 'The token of the probe.' }) token?: string;
}

export const HEALTH_STATES = ['ok', 'failed'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

@Shape('How the parts of the coach are.')
export class Health {
  @OneOf(HEALTH_STATES, { description: '`failed` if a check has failed.', example: 'ok' }) status!: HealthState;
  @Json({ description: '`ok` or `failed` for each part.', example: { auth: 'ok', db: 'ok', bus: 'ok', coach: 'ok' } }) checks!: Record<
    string,
    HealthState
  >;
}

/** Off (404) without SKEP_HEALTH_PROBE_KEYS. */
export const healthProbeMembers = {
  requestProbeChallenge: operation('Get a challenge for a health probe', {
    input: ProbeRef,
    output: ProbeChallenge,
    problems: [NotFound],
    secret: true,
  }),
  issueProbeToken: operation('Exchange a signed challenge for a token', {
    description: 'The token names no user. Each one is recorded in the audit log.',
    input: ProbeProof,
    output: ProbeToken,
    problems: [NotFound, Unauthenticated],
    secret: true,
  }),
  checkHealth: operation('Check the health of the coach', {
    description: 'With the token of a probe.',
    input: CheckHealth,
    output: Health,
    problems: [NotFound, Unauthenticated],
  }),
};
