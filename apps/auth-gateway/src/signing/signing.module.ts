import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { AuditModule } from '../audit/audit.module.js';
import { SigningKeyEntity } from './signing-key.entity.js';
import { SigningKeys } from './signing-keys.js';
import { SigningHandlers } from './signing.handlers.js';

@Aggregate({
  imports: [AuditModule],
  entities: [SigningKeyEntity],
  listens: [auth.signingKeysChanged],
  handlers: [SigningHandlers],
  providers: [SigningKeys],
  exports: [SigningKeys],
})
export class SigningModule {}
