import { Aggregate, keep } from '@skep/platform';
import { AttemptEntity } from './attempt.entity.js';
import { Attempts } from './attempts.js';

@Aggregate({
  entities: [AttemptEntity],
  retention: [keep(AttemptEntity, '1 day', { after: 'at' })],
  providers: [Attempts],
  exports: [Attempts],
})
export class AttemptModule {}
