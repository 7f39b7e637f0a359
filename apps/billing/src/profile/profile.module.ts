import { Aggregate } from '@skep/platform';
import { BillingProfileEntity } from './profile.entity.js';
import { ProfileHandlers } from './profile.handlers.js';

@Aggregate({ entities: [BillingProfileEntity], handlers: [ProfileHandlers] })
export class ProfileModule {}
