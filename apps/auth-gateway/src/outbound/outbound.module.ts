import { Aggregate } from '@skep/platform';
import { OutboundClient } from './outbound-client.js';

@Aggregate({ providers: [OutboundClient], exports: [OutboundClient] })
export class OutboundModule {}
