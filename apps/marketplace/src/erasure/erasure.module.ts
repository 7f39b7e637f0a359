import { Aggregate } from '@skep/platform';
import { ListingModule } from '../listing/listing.module.js';
import { ReviewModule } from '../review/review.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [ListingModule, ReviewModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
