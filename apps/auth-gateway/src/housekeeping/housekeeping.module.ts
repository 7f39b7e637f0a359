import { Aggregate } from '@skep/platform';
import { Housekeeping } from './housekeeping.js';

@Aggregate({ providers: [Housekeeping] })
export class HousekeepingModule {}
