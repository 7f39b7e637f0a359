import { Aggregate, keepForEver } from '@skep/platform';
import { PublisherEntity } from './publisher.entity.js';
import { PublisherHandlers } from './publisher.handlers.js';

@Aggregate({
  entities: [PublisherEntity],
  handlers: [PublisherHandlers],
  retention: [keepForEver(PublisherEntity, 'until the developer is erased')],
})
export class PublisherModule {}
