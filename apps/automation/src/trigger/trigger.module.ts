import { kernel } from '@skep/contracts/kernel';
import { Aggregate } from '@skep/platform';
import { ExecutionModule } from '../execution/execution.module.js';
import { FeedFollower } from './feed-follower.js';
import { FeedPositionEntity } from './feed-position.entity.js';

@Aggregate({
  imports: [ExecutionModule],
  entities: [FeedPositionEntity],
  providers: [FeedFollower],
  calls: [kernel.readFeed],
  listens: [kernel.feedAdvanced],
})
export class TriggerModule {}
