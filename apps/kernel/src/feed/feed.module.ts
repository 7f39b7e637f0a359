import { Aggregate, keepUntil } from '@skep/platform';
import { FeedCounterEntity, FeedEventEntity } from './feed-event.entity.js';
import { FEED_TRACES } from './feed-traces.js';
import { FeedHandlers } from './feed.handlers.js';
import { FeedProjectionHandlers } from './feed-projection.handlers.js';
import { FeedRepository } from './feed.repository.js';
import { Sequencer } from './sequencer.js';

@Aggregate({
  entities: [FeedEventEntity, FeedCounterEntity],
  traces: [FEED_TRACES],
  handlers: [FeedHandlers, FeedProjectionHandlers],
  providers: [FeedRepository, Sequencer],
  retention: [
    keepUntil(FeedEventEntity, 'after `ts`, and at most `SKEP_FEED_KEEP_ROWS` rows', {
      by: 'prune_feed',
      period: { days: 'SKEP_FEED_KEEP_DAYS' },
      with: ['SKEP_FEED_KEEP_ROWS'],
    }),
  ],
  exports: [FeedRepository, Sequencer],
})
export class FeedModule {}
