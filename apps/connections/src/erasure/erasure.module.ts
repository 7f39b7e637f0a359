import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [AccountModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
