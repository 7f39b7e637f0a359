import { Aggregate, keep } from '@skep/platform';
import { NodeModule } from '../node/node.module.js';
import { DecidePairing } from './decide-pairing.js';
import { PairingHandlers } from './pairing.handlers.js';
import { PairingRepository } from './pairing.repository.js';
import { PairingRequestEntity } from './pairing-request.entity.js';

@Aggregate({
  imports: [NodeModule],
  entities: [PairingRequestEntity],
  handlers: [PairingHandlers],
  providers: [DecidePairing, PairingRepository],
  exports: [PairingRepository],
  retention: [keep(PairingRequestEntity, '1 hour', { after: 'expires_at' })],
})
export class PairingModule {}
