import { Injectable } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';
import { type AppSecretValues, parseAppSecrets } from './app-secret-values.js';
import type { DeclaredSecret } from './declared-secret.js';

/** The values that the operator gives to secrets of apps, which declare `env_fallback` for them and whose developer has set none. */
@Injectable()
export class OperatorSecrets {
  private readonly values: AppSecretValues;

  constructor(config: ConnectionsConfig) {
    this.values = parseAppSecrets(config.SKEP_APP_SECRETS);
  }

  /** Undefined if there is none, or if the app does not declare that it takes one. */
  find(app_id: string, { name, takes_fallback }: Pick<DeclaredSecret, 'name' | 'takes_fallback'>): string | undefined {
    return takes_fallback ? this.values.get(app_id)?.get(name) : undefined;
  }
}
