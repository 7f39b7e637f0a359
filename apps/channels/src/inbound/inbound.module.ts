import { Aggregate } from '@skep/platform';
import { BridgeModule } from '../bridge/bridge.module.js';
import { ContactModule } from '../contact/contact.module.js';
import { MessageModule } from '../message/message.module.js';
import { SessionModule } from '../session/session.module.js';
import { ListenJob } from './listen.job.js';
import { ListenedBridges } from './listened-bridges.js';
import { TakeDelivery } from './take-delivery.js';
import { VendorRequestHandlers } from './vendor-request.handlers.js';

@Aggregate({
  imports: [BridgeModule, ContactModule, MessageModule, SessionModule],
  handlers: [VendorRequestHandlers],
  providers: [ListenedBridges, ListenJob, TakeDelivery],
  exports: [TakeDelivery],
})
export class InboundModule {}
