import { Aggregate, keep } from '@skep/platform';
import { RevocationEntity } from './revocation.entity.js';
import { RevocationRepository } from './revocation.repository.js';

@Aggregate({
  entities: [RevocationEntity],
  providers: [RevocationRepository],
  retention: [keep(RevocationEntity, '1 day', { after: 'requested_at' })],
  exports: [RevocationRepository],
})
export class RevocationModule {}
