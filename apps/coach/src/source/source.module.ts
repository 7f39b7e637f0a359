import { Aggregate, keepForEver } from '@skep/platform';
import { SourceHandlers } from './source.handlers.js';
import { SourceMessageEntity } from './source-message.entity.js';
import { Sources } from './sources.js';

@Aggregate({
  entities: [SourceMessageEntity],
  handlers: [SourceHandlers],
  providers: [Sources],
  exports: [Sources],
  retention: [keepForEver(SourceMessageEntity, 'until the user is erased')],
})
export class SourceModule {}
