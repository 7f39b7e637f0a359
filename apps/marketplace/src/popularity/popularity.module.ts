import { Aggregate } from '@skep/platform';
import { PopularityEntity } from './popularity.entity.js';
import { ReviewModule } from '../review/review.module.js';
import { PopularityHandlers } from './popularity.handlers.js';

@Aggregate({ imports: [ReviewModule], entities: [PopularityEntity], handlers: [PopularityHandlers] })
export class PopularityModule {}
