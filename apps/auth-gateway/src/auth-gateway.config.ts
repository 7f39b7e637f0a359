import { Email, Int, Optional, Text } from '@skep/contracts';
import { ConfigError, ServiceConfig } from '@skep/platform';

/** What auth-gateway reads from its environment; each is told in the README. */
export class AuthGatewayConfig extends ServiceConfig {
  @Text({ pattern: /^[A-Za-z0-9_-]{43}$/, description: '32 bytes, base64url. Opens the signing keys and the waiting mails.' })
  SKEP_ENCRYPTION_KEY!: string;
  @Text({ min: 1 }) SKEP_DATA: string = '.data';
  @Text({ pattern: /^https?:\/\// }) SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';

  @Optional() @Text({ pattern: /^smtps?:\/\// }) SMTP_URL?: string;
  @Text({ min: 3, max: 320 }) SKEP_MAIL_FROM: string = 'Skep <no-reply@skep.local>';

  @Optional() @Email() SKEP_ADMIN_EMAIL?: string;
  @Optional() @Text({ min: 8, max: 128 }) SKEP_ADMIN_PASSWORD?: string;

  @Int({ min: 10, max: 86_400, description: 'Seconds an access token lives.' }) ACCESS_TOKEN_SECONDS: number = 3600;
  @Int({ min: 0, max: 300, description: 'Seconds in which a refresh token may be presented again.' }) REFRESH_GRACE_SECONDS: number = 30;
  @Int({ min: 1, max: 3650, description: 'Days without a refresh that end a session.' }) SESSION_IDLE_DAYS: number = 30;
  @Int({ min: 1, max: 3650, description: 'Days that end a session in any case.' }) SESSION_DAYS: number = 90;
  @Text({ description: 'on, off (for load tests), or name=number pairs, separated by commas.' }) SKEP_RATE_LIMITS: string = 'on';
}

/** Rules between variables. @throws ConfigError */
export function checkConfig(config: AuthGatewayConfig): void {
  const production = config.NODE_ENV === 'production';
  if (production && !config.SMTP_URL) throw new ConfigError('SMTP_URL is required in production: mails would stay in a folder.');
  if (!config.SKEP_ADMIN_EMAIL !== !config.SKEP_ADMIN_PASSWORD)
    throw new ConfigError('SKEP_ADMIN_EMAIL and SKEP_ADMIN_PASSWORD belong together: set both or neither.');
}
