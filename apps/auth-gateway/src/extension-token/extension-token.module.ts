import { Aggregate } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { ExtensionTokenEntity } from './extension-token.entity.js';
import { ExtensionTokenHandlers } from './extension-token.handlers.js';
import { ExtensionTokenRepository } from './extension-token.repository.js';

@Aggregate({
  imports: [AuditModule],
  entities: [ExtensionTokenEntity],
  handlers: [ExtensionTokenHandlers],
  providers: [ExtensionTokenRepository],
})
export class ExtensionTokenModule {}
