import { Aggregate } from '@skep/platform';
import { AttemptEntity } from './attempt.entity.js';
import { Attempts } from './attempts.js';

@Aggregate({
  entities: [AttemptEntity],
  providers: [Attempts],
  exports: [Attempts],
})
export class AttemptModule {}
