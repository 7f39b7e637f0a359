import { Aggregate } from '@skep/platform';
import { ListingModule } from '../listing/listing.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [ListingModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
