import { Aggregate } from '@skep/platform';
import { VendorClient } from './vendor-client.js';

@Aggregate({ providers: [VendorClient], exports: [VendorClient] })
export class OutboundModule {}
