import { kernel } from '@skep/contracts/kernel';
import { Aggregate, keepForEver } from '@skep/platform';
import { SigningSecretEntity } from './signing-secret.entity.js';
import { SigningSecretHandlers } from './signing-secret.handlers.js';
import { SigningSecrets } from './signing-secrets.js';

@Aggregate({
  entities: [SigningSecretEntity],
  handlers: [SigningSecretHandlers],
  providers: [SigningSecrets],
  retention: [keepForEver(SigningSecretEntity, 'until its developer is erased')],
  exports: [SigningSecrets],
  listens: [kernel.signingSecretChanged],
})
export class SigningSecretModule {}
