import { Aggregate } from '@skep/platform';
import { OutboundModule } from '../outbound/outbound.module.js';
import { AppleClient } from './apple-client.js';
import { AppleHandlers } from './apple.handlers.js';

@Aggregate({ imports: [OutboundModule], handlers: [AppleHandlers], providers: [AppleClient], outgoing: ['Apple'] })
export class AppleModule {}
