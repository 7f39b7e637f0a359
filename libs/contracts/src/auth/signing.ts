import { Empty } from '../common.js';
import { broadcast, operation } from '../define.js';
import { Instant, Int, List, Shape, Text } from '../fields.js';
import { Conflict } from '../problem.js';

@Shape('A JSON Web Key Set (RFC 7517).')
export class Jwks {
  @List('json', {
    description: 'Public keys of all access tokens that have not expired.',
    example: [{ kty: 'RSA', kid: 'NzbLsXh8uDCcd', alg: 'RS256', use: 'sig', n: '0vx7ago…', e: 'AQAB' }],
  })
  keys!: Record<string, unknown>[];
}

@Shape('A rotation of the signing key.')
export class RotateSigningKey {
  @Int({ min: 0, max: 86_400, description: 'Seconds for which the new key is published before it signs.' }) warm_up_seconds: number = 3600;
}

@Shape('The new signing key.')
export class SigningKeyRotation {
  @Text({ description: 'Id of the new key: the `kid` of the tokens that it signs.', example: 'NzbLsXh8uDCcd' }) kid!: string;
  @Instant({ description: 'When the new key starts to sign.' }) signs_from!: Date;
}

export const signingMembers = {
  getJwks: operation('Read the public signing keys', {
    description: 'Verify access tokens with these keys (RS256). Fetch them again if a token has an unknown `kid`.',
    input: Empty,
    output: Jwks,
  }),

  /** Internal: for `npm run skep -- keys rotate`. */
  rotateSigningKey: operation('Rotate the key that signs access tokens', {
    input: RotateSigningKey,
    output: SigningKeyRotation,
    problems: [Conflict],
  }),
  /** Internal: for `npm run skep -- keys compromised`. Access tokens signed by the earlier keys are rejected from now on. */
  withdrawSigningKeys: operation('Replace all keys that sign access tokens', {
    description: 'None of the earlier keys is published any more, and the new key signs at once.',
    input: Empty,
    output: SigningKeyRotation,
  }),

  /** The published keys have changed. */
  signingKeysChanged: broadcast(Empty),
};
