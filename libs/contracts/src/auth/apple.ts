import { operation } from '../define.js';
import { OneOf, Shape, Text } from '../fields.js';
import { Unavailable } from '../problem.js';

@Shape('A fresh sign-in at Apple.')
export class RevokeApple {
  @Text({ min: 1, max: 2_000, description: 'Authorization code of Sign in with Apple, valid once and for five minutes.', example: 'c6a3…' })
  authorization_code!: string;
}

/** What became of a consent at Apple. `lapsed`: the code was used or is too old. `not_configured`: the installation has no key of Apple. */
export const APPLE_OUTCOMES = ['revoked', 'lapsed', 'not_configured'] as const;
export type AppleOutcome = (typeof APPLE_OUTCOMES)[number];

@Shape('What became of a consent at Apple.')
export class AppleRevoked {
  @OneOf(APPLE_OUTCOMES, { description: 'Whether Apple has withdrawn the consent.', example: 'revoked' }) outcome!: AppleOutcome;
}

/** Internal: called by the coach for a person who deletes their account. */
export const appleMembers = {
  revokeApple: operation('Withdraw the consent of Sign in with Apple', {
    input: RevokeApple,
    output: AppleRevoked,
    problems: [Unavailable],
    spansCalls: true,
  }),
};
