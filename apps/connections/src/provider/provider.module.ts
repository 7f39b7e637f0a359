import { Aggregate } from '@skep/platform';
import { FreshTokens } from './fresh-tokens.js';
import { OutboundClient } from './outbound-client.js';
import { ProviderClient } from './provider-client.js';

@Aggregate({
  providers: [FreshTokens, OutboundClient, ProviderClient],
  exports: [FreshTokens, OutboundClient, ProviderClient],
  outgoing: ['OAuth providers'],
})
export class ProviderModule {}
