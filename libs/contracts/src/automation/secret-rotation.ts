import { Instant, Int, Nullable, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

/** Hours for which a secret that was replaced stays valid. */
export const OVERLAP_HOURS = 24;
export const overlapDocs = {
  description: 'Hours for which the former secret stays valid; 0 if others know it.',
  example: OVERLAP_HOURS,
};

@Shape('A new key for the signatures of requests. It is shown this once.')
export class RotatedSigningSecret {
  @Text({ description: 'Verifies the requests, as Standard Webhooks describes.', example: 'whsec_AAECAw==' }) signing_secret!: string;
  @Nullable()
  @Instant({ description: 'Until when requests also have a signature of the former key; null: no more.' })
  previous_until!: Date | null;
}

@Shape('A new secret of a webhook. It is shown this once.')
export class RotatedSecret {
  @Text({ description: 'Key of the signatures.', example: 'a1b2c3d4e5f60718' }) secret!: string;
  @Nullable()
  @Instant({ description: 'Until when signatures of the former key are accepted; null: no more.' })
  previous_until!: Date | null;
}

export const NotSigned = problem('not_signed', 409, 'It calls no address, so that there is nothing to sign.');

/** A field of the same meaning wherever a secret is replaced. */
export const Overlap = () => Int({ min: 0, max: OVERLAP_HOURS, ...overlapDocs });
