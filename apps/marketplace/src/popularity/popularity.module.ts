import { Aggregate } from '@skep/platform';
import { PopularityEntity } from './popularity.entity.js';
import { PopularityHandlers } from './popularity.handlers.js';

@Aggregate({ entities: [PopularityEntity], handlers: [PopularityHandlers] })
export class PopularityModule {}
