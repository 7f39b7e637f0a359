import { Aggregate, keep } from '@skep/platform';
import { PasswordResetEntity } from './password-reset.entity.js';
import { PasswordResetRepository } from './password-reset.repository.js';

@Aggregate({
  entities: [PasswordResetEntity],
  retention: [keep(PasswordResetEntity, '0 days', { after: 'expires_at' })],
  providers: [PasswordResetRepository],
  exports: [PasswordResetRepository],
})
export class PasswordResetModule {}
