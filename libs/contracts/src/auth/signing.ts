import { Empty } from '../common.js';
import { broadcast, operation } from '../define.js';
import { Instant, Int, List, Text } from '../fields.js';
import { Conflict } from '../problem.js';

/** RFC 7517. */
export class Jwks {
  @List('json') keys!: Record<string, unknown>[];
}

export class RotateSigningKey {
  @Int({ min: 0, max: 86_400, description: 'Seconds in which the new key is published before it signs.' }) warm_up_seconds: number = 3600;
}

export class SigningKeyRotation {
  @Text() kid!: string;
  @Instant() signs_from!: Date;
}

export const signingMembers = {
  getJwks: operation('Read the public signing keys', { input: Empty, output: Jwks }),

  /** Internal: for `npm run skep -- keys rotate`. */
  rotateSigningKey: operation('Replace the key that signs access tokens', {
    input: RotateSigningKey,
    output: SigningKeyRotation,
    problems: [Conflict],
  }),
  /** Internal: for `npm run skep -- keys compromised`. What they have signed is refused from now on. */
  withdrawSigningKeys: operation('Replace every key that signs access tokens, and publish none of the old ones', {
    input: Empty,
    output: SigningKeyRotation,
  }),

  /** The published keys are not what they were. */
  signingKeysChanged: broadcast(Empty),
};
