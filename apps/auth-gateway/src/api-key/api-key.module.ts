import { Aggregate } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyHandlers } from './api-key.handlers.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { CreateApiKey } from './create-api-key.js';
import { RevokeApiKey } from './revoke-api-key.js';

@Aggregate({
  imports: [AuditModule],
  entities: [ApiKeyEntity],
  handlers: [ApiKeyHandlers],
  providers: [ApiKeyRepository, CreateApiKey, RevokeApiKey],
  exports: [ApiKeyRepository],
})
export class ApiKeyModule {}
