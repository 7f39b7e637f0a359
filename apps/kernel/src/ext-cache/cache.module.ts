import { Aggregate, keep } from '@skep/platform';
import { CallTokenModule } from '../call-token/call-token.module.js';
import { CacheEntryEntity } from './cache-entry.entity.js';
import { CacheHandlers } from './cache.handlers.js';
import { CacheRepository } from './cache.repository.js';

@Aggregate({
  entities: [CacheEntryEntity],
  handlers: [CacheHandlers],
  providers: [CacheRepository],
  retention: [keep(CacheEntryEntity, '1 hour', { after: 'expires_at' })],
  imports: [CallTokenModule],
  exports: [CacheRepository],
})
export class CacheModule {}
