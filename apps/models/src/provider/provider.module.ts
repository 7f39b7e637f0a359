import { Aggregate } from '@skep/platform';
import { Failover } from './failover.js';
import { OutboundClient } from './outbound-client.js';

@Aggregate({ providers: [Failover, OutboundClient], exports: [Failover, OutboundClient], outgoing: ['language models'] })
export class ProviderModule {}
