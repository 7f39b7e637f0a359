import { Email, Int, Optional, Text } from '@skep/contracts';
import { PublicUrl, rateLimitFaults, SealingConfig, type SettingFault } from '@skep/platform';
import { LIMIT_NAMES } from './attempt/attempt-limits.js';

/** The settings of auth-gateway; the README describes them. */
export class AuthGatewayConfig extends SealingConfig {
  @Text({ min: 1, description: 'Folder in which e-mails are written without SMTP_URL.' }) SKEP_DATA: string = '.data';
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';

  @Optional()
  @Text({
    pattern: /^smtps?:\/\//,
    example: 'smtp://user:password@mail.example.com:587',
    description: 'Mail server; required in production. Without it e-mails are files in SKEP_DATA/mail.',
  })
  SMTP_URL?: string;
  @Text({ min: 3, max: 320, description: 'Sender of e-mails.' }) SKEP_MAIL_FROM: string = 'Skep <no-reply@skep.local>';

  @Optional() @Email({ example: 'admin@example.com', description: 'E-mail address of the first administrator.' }) SKEP_ADMIN_EMAIL?: string;
  @Optional()
  @Text({ min: 8, max: 128, example: '$(openssl rand -base64 18)', description: 'Their password.' })
  SKEP_ADMIN_PASSWORD?: string;

  @Int({ min: 10, max: 86_400, description: 'Lifetime of an access token in seconds.' }) ACCESS_TOKEN_SECONDS: number = 3600;
  @Int({ min: 0, max: 300, description: 'Seconds in which a used refresh token may be presented again.' }) REFRESH_GRACE_SECONDS: number =
    30;
  @Int({ min: 1, max: 3650, description: 'Days without a refresh after which a session ends.' }) SESSION_IDLE_DAYS: number = 30;
  @Int({ min: 1, max: 3650, description: 'Days after which a session ends, even if it is used.' }) SESSION_DAYS: number = 90;
  @Int({ min: 0, max: 36_500, description: 'Days for which the audit log is kept; 0 keeps it for ever. At least 30 days are kept.' })
  SKEP_AUDIT_KEEP_DAYS: number = 0;
  @Text({
    example: 'account.login=20',
    description: 'on, or name=number pairs, separated by commas; off for load tests, refused in production.',
  })
  SKEP_RATE_LIMITS: string = 'on';

  override notConfigured(): Record<string, readonly string[]> {
    return this.SMTP_URL ? {} : { 'e-mail': ['SMTP_URL'] };
  }

  override faults(): SettingFault[] {
    const faults = rateLimitFaults(this, LIMIT_NAMES);
    if (this.NODE_ENV === 'production' && !this.SMTP_URL)
      faults.push({ setting: 'SMTP_URL', fault: 'is required in production: without it e-mails are only written to a folder' });
    const [admin, password] = [this.SKEP_ADMIN_EMAIL, this.SKEP_ADMIN_PASSWORD];
    if (admin && !password) faults.push({ setting: 'SKEP_ADMIN_PASSWORD', fault: 'is required with SKEP_ADMIN_EMAIL' });
    if (password && !admin) faults.push({ setting: 'SKEP_ADMIN_EMAIL', fault: 'is required with SKEP_ADMIN_PASSWORD' });
    return faults;
  }
}
