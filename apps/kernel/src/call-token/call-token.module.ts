import { Aggregate, keep } from '@skep/platform';
import { CallTokens } from './call-tokens.js';
import { UsedCallTokenEntity } from './used-call-token.entity.js';

@Aggregate({
  entities: [UsedCallTokenEntity],
  retention: [keep(UsedCallTokenEntity, '1 hour', { after: 'expires_at' })],
  providers: [CallTokens],
  exports: [CallTokens],
})
export class CallTokenModule {}
