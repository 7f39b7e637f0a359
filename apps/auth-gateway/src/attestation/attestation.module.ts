import { Aggregate, keep } from '@skep/platform';
import { OutboundModule } from '../outbound/outbound.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { AttestChallengeEntity } from './attest-challenge.entity.js';
import { AttestChallenges } from './attest-challenges.js';
import { AttestTokens } from './attest-tokens.js';
import { AttestationHandlers } from './attestation.handlers.js';
import { AttestedDeviceEntity } from './attested-device.entity.js';
import { AttestedDeviceRepository } from './attested-device.repository.js';
import { PlayIntegrity } from './play-integrity/play-integrity.js';

@Aggregate({
  imports: [OutboundModule, SigningModule],
  entities: [AttestChallengeEntity, AttestedDeviceEntity],
  retention: [
    keep(AttestChallengeEntity, '0 days', { after: 'expires_at' }),
    keep(AttestedDeviceEntity, '7 days', { after: 'used_at', where: 'user_id is null' }),
    keep(AttestedDeviceEntity, '400 days', { after: 'used_at' }),
  ],
  handlers: [AttestationHandlers],
  providers: [AttestChallenges, AttestTokens, AttestedDeviceRepository, PlayIntegrity],
})
export class AttestationModule {}
