import { Aggregate } from '@skep/platform';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ handlers: [ErasureHandlers] })
export class ErasureModule {}
