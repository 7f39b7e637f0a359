import { Aggregate } from '@skep/platform';
import { AccountModule } from '../account/account.module.js';
import { HealthModule } from '../health/health.module.js';
import { ErasureHandlers } from './erasure.handlers.js';

@Aggregate({ imports: [AccountModule, HealthModule], handlers: [ErasureHandlers] })
export class ErasureModule {}
