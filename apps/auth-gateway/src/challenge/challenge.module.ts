import { Aggregate } from '@skep/platform';
import { ChallengeEntity } from './challenge.entity.js';
import { Challenges } from './challenges.js';

@Aggregate({
  entities: [ChallengeEntity],
  providers: [Challenges],
  exports: [Challenges],
})
export class ChallengeModule {}
