import { Aggregate, keepForEver } from '@skep/platform';
import { OutboundModule } from '../outbound/outbound.module.js';
import { Activities } from './activities.js';
import { Adapters } from './adapters.js';
import { BridgeEntity } from './bridge.entity.js';
import { BridgeHandlers } from './bridge.handlers.js';
import { BridgeRepository } from './bridge.repository.js';
import { BridgeSetUp } from './set-up-bridge.js';

@Aggregate({
  imports: [OutboundModule],
  entities: [BridgeEntity],
  handlers: [BridgeHandlers],
  providers: [Activities, Adapters, BridgeRepository, BridgeSetUp],
  exports: [Activities, Adapters, BridgeRepository],
  retention: [keepForEver(BridgeEntity, 'one row for each channel of a user, until deleted or until their user is erased')],
  outgoing: ['chat networks, such as Telegram'],
})
export class BridgeModule {}
