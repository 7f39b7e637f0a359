import { Aggregate } from '@skep/platform';
import { DeveloperTierEntity } from './developer-tier.entity.js';
import { TierHandlers } from './tier.handlers.js';
import { TierRepository } from './tier.repository.js';

@Aggregate({ entities: [DeveloperTierEntity], handlers: [TierHandlers], providers: [TierRepository], exports: [TierRepository] })
export class TierModule {}
