import { Aggregate } from '@skep/platform';
import { BridgeModule } from '../bridge/bridge.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { MessageModule } from '../message/message.module.js';
import { SessionModule } from '../session/session.module.js';
import { WidgetHandlers } from './widget.handlers.js';

@Aggregate({ imports: [BridgeModule, InboundModule, MessageModule, SessionModule], handlers: [WidgetHandlers] })
export class WidgetModule {}
