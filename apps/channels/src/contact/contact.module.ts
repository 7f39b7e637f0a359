import { Aggregate, keep } from '@skep/platform';
import { BridgeModule } from '../bridge/bridge.module.js';
import { PairingCodeEntity } from './pairing-code.entity.js';
import { PairingCodeRepository } from './pairing-code.repository.js';
import { PairingHandlers } from './pairing.handlers.js';

@Aggregate({
  imports: [BridgeModule],
  entities: [PairingCodeEntity],
  handlers: [PairingHandlers],
  providers: [PairingCodeRepository],
  exports: [PairingCodeRepository],
  retention: [keep(PairingCodeEntity, '1 day', { after: 'expires_at' })],
})
export class ContactModule {}
