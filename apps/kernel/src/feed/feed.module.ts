import { Aggregate } from '@skep/platform';
import { FeedCounterEntity, FeedEventEntity } from './feed-event.entity.js';
import { FeedHandlers } from './feed.handlers.js';
import { FeedProjectionHandlers } from './feed-projection.handlers.js';
import { FeedRepository } from './feed.repository.js';
import { Sequencer } from './sequencer.js';

@Aggregate({
  entities: [FeedEventEntity, FeedCounterEntity],
  handlers: [FeedHandlers, FeedProjectionHandlers],
  providers: [FeedRepository, Sequencer],
  exports: [Sequencer],
})
export class FeedModule {}
