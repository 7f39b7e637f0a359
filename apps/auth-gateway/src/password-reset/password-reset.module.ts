import { Aggregate } from '@skep/platform';
import { PasswordResetEntity } from './password-reset.entity.js';
import { PasswordResetRepository } from './password-reset.repository.js';

@Aggregate({
  entities: [PasswordResetEntity],
  providers: [PasswordResetRepository],
  exports: [PasswordResetRepository],
})
export class PasswordResetModule {}
