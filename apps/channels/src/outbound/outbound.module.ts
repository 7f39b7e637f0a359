import { Aggregate } from '@skep/platform';
import { OutboundClient } from './outbound-client.js';
import { PollingClient } from './polling-client.js';

@Aggregate({ providers: [OutboundClient, PollingClient], exports: [OutboundClient, PollingClient] })
export class OutboundModule {}
