import { Aggregate, keep } from '@skep/platform';
import { BridgeModule } from '../bridge/bridge.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { InstallationModule } from '../installation/installation.module.js';
import { LinkModule } from '../link/link.module.js';
import { MessageModule } from '../message/message.module.js';
import { ReceivedHandlers } from './received.handlers.js';
import { ReceivedMessageEntity } from './received-message.entity.js';
import { ReceivedMessageRepository } from './received-message.repository.js';
import { TakeReceived } from './take-received.js';

@Aggregate({
  imports: [BridgeModule, InboundModule, InstallationModule, LinkModule, MessageModule],
  entities: [ReceivedMessageEntity],
  handlers: [ReceivedHandlers],
  providers: [ReceivedMessageRepository, TakeReceived],
  // Meta delivers again for up to seven days.
  retention: [keep(ReceivedMessageEntity, '8 days', { after: 'created_at' })],
})
export class ReceivedModule {}
