import { Email, Int, OneOf, Optional, Text } from '@skep/contracts';
import { PublicUrl, rateLimitFaults, ReturnToAllow, type SettingFault } from '@skep/platform';
import { MailConfig } from '@skep/platform/mail';
import { LIMIT_NAMES } from './attempt/attempt-limits.js';

/** The settings of auth-gateway; the README describes them. */
export class AuthGatewayConfig extends MailConfig {
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';

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

  @Optional()
  @OneOf(['open', 'closed'], {
    example: 'closed',
    description: 'Whether `POST /api/auth/register` makes accounts without verifying addresses; by default only outside production.',
  })
  SKEP_REGISTRATION?: string;

  @ReturnToAllow('Origins and schemes that sign-ins and OAuth flows may come back to.')
  RETURN_TO_ALLOW: string[] = [];
  @OneOf(['on', 'off'], { description: 'Whether OAuth clients may register themselves (RFC 7591); needed by old MCP clients only.' })
  SKEP_OAUTH_DCR: string = 'off';
  @Int({ min: 1, max: 600, description: 'Seconds for which an authorization code is valid.' }) SKEP_OAUTH_CODE_SECONDS: number = 60;
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of tenants and clients may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';

  override faults(): SettingFault[] {
    const faults = [...super.faults(), ...rateLimitFaults(this, LIMIT_NAMES)];
    const [admin, password] = [this.SKEP_ADMIN_EMAIL, this.SKEP_ADMIN_PASSWORD];
    if (admin && !password) faults.push({ setting: 'SKEP_ADMIN_PASSWORD', fault: 'is required with SKEP_ADMIN_EMAIL' });
    if (password && !admin) faults.push({ setting: 'SKEP_ADMIN_EMAIL', fault: 'is required with SKEP_ADMIN_PASSWORD' });
    return faults;
  }
}
