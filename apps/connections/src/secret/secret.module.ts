import { Aggregate, keepForEver } from '@skep/platform';
import { DeclaredAppsModule } from '../declared-apps/declared-apps.module.js';
import { OperatorSecrets } from './operator-secrets.js';
import { SecretEntity } from './secret.entity.js';
import { SecretFinder } from './secret-finder.js';
import { SecretHandlers } from './secret.handlers.js';
import { SecretRepository } from './secret.repository.js';

@Aggregate({
  imports: [DeclaredAppsModule],
  entities: [SecretEntity],
  handlers: [SecretHandlers],
  providers: [OperatorSecrets, SecretFinder, SecretRepository],
  retention: [keepForEver(SecretEntity, 'until deleted, or until their owner is erased')],
  exports: [OperatorSecrets, SecretRepository],
})
export class SecretModule {}
