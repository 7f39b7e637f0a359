import { Text } from '@skep/contracts';
import { ServiceConfig } from '../config.js';

/** The settings of a service that seals secrets. */
export class SealingConfig extends ServiceConfig {
  @Text({
    pattern: /^[A-Za-z0-9_-]{43}(,[A-Za-z0-9_-]{43})*$/,
    example: "$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')",
    description: '32 bytes, base64url. Seals the keys of the secrets in the database; during a change `new,old` (see docs/operations.md).',
  })
  SKEP_ENCRYPTION_KEY!: string;
}
