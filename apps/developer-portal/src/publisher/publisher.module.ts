import { Aggregate, keepForEver } from '@skep/platform';
import { DeveloperModule } from '../developer/developer.module.js';
import { PublisherProofEntity } from './publisher-proof.entity.js';
import { PublisherHandlers } from './publisher.handlers.js';
import { PublisherRepository } from './publisher.repository.js';
import { WebsiteClient } from './website-client.js';

@Aggregate({
  imports: [DeveloperModule],
  entities: [PublisherProofEntity],
  handlers: [PublisherHandlers],
  providers: [PublisherRepository, WebsiteClient],
  retention: [keepForEver(PublisherProofEntity, 'until its developer removes it or is erased')],
})
export class PublisherModule {}
