import { Aggregate, keep } from '@skep/platform';
import { ChallengeEntity } from './challenge.entity.js';
import { Challenges } from './challenges.js';

@Aggregate({
  entities: [ChallengeEntity],
  retention: [keep(ChallengeEntity, '0 days', { after: 'expires_at' })],
  providers: [Challenges],
  exports: [Challenges],
})
export class ChallengeModule {}
