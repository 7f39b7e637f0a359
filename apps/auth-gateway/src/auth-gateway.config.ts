import { CommaList, Email, Int, OneOf, Optional, Text } from '@skep/contracts';
import { PublicUrl, rateLimitFaults, ReturnToAllow, type SettingFault, syntaxFaults } from '@skep/platform';
import { FirebaseApiBase, parseServiceAccount } from '@skep/platform/google';
import { MailConfig } from '@skep/platform/mail';
import { parseAppleKey } from './apple/apple-key.js';
import { LIMIT_NAMES } from './attempt/attempt-limits.js';
import { parseAppId, readRoot } from './attestation/app-attest/app-attest-settings.js';
import { parseProbeKey, type ProbeKey } from './health-probe/probe-key.js';

const HTTP = /^https?:\/\//;
const APPLE = ['APPLE_TEAM_ID', 'APPLE_KEY_ID', 'APPLE_PRIVATE_KEY'] as const;
const PLAY_INTEGRITY = ['PLAY_INTEGRITY_PACKAGE', 'PLAY_INTEGRITY_CREDENTIALS'] as const;

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

  @Text({ example: 'my-app', description: 'Firebase project whose ID tokens sign in to the coach API. Without it only access tokens do.' })
  FIREBASE_PROJECT: string = '';
  @Text({
    max: 20_000,
    example: '$(base64 -w0 service-account.json)',
    description:
      'Service account of the project, its JSON file as base64. Without it Skep neither asks Firebase whether a user was disabled, nor revokes and deletes users there.',
  })
  FIREBASE_CREDENTIALS: string = '';
  @Text({ pattern: HTTP, description: 'Where the keys are that sign Firebase ID tokens.' }) FIREBASE_JWKS_URL: string =
    'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';
  @FirebaseApiBase() FIREBASE_API_BASE: string = '';
  @Text({
    example: 'TEAM123456',
    description: 'Team at Apple, to withdraw consents of Sign in with Apple when a person deletes their account.',
  })
  APPLE_TEAM_ID: string = '';
  @Text({ example: 'KEY1234567', description: 'Id of the key for Sign in with Apple.' }) APPLE_KEY_ID: string = '';
  @Text({
    max: 4_000,
    example: '$(base64 -w0 AuthKey_KEY1234567.p8)',
    description: 'That key: the text of the .p8 file, also as base64 or with \\n for line breaks.',
  })
  APPLE_PRIVATE_KEY: string = '';
  @Text({
    example: 'com.example.coach',
    description: 'Bundle id of the app at Apple; by default that of the first entry of APP_ATTEST_APP_IDS.',
  })
  APPLE_CLIENT_ID: string = '';
  @Text({ pattern: HTTP, description: 'Address of Sign in with Apple.' }) APPLE_API_BASE: string = 'https://appleid.apple.com';

  @CommaList({
    entry: parseAppId,
    example: 'TEAM123456.com.example.coach',
    description: 'Apps at Apple, whose devices App Attest vouches for, each as `<team id>.<bundle id>`.',
  })
  APP_ATTEST_APP_IDS: string[] = [];
  @Text({
    example: '/etc/skep/app-attest-root.pem',
    description: 'Root certificate of App Attest, instead of Apple’s: base64 of DER, PEM, or the path of a file with one.',
  })
  APP_ATTEST_ROOT: string = '';
  @OneOf(['production', 'development'], { description: '`development` accepts keys of both environments of App Attest.' })
  APP_ATTEST_ENVIRONMENT: 'production' | 'development' = 'production';
  @Text({ example: 'com.example.coach', description: 'Package of the Android app.' }) PLAY_INTEGRITY_PACKAGE: string = '';
  @Text({
    max: 20_000,
    example: '$(base64 -w0 service-account.json)',
    description: 'The JSON file of a service account that may use Play Integrity, as base64.',
  })
  PLAY_INTEGRITY_CREDENTIALS: string = '';
  @Text({ pattern: HTTP, description: 'Address of the API of Play Integrity.' }) PLAY_INTEGRITY_API_BASE: string =
    'https://playintegrity.googleapis.com';
  @CommaList({
    entry: parseProbeKey,
    key: ({ name }) => name,
    example: 'uptime:MCowBQYDK2VwAyEA…',
    description: 'Probes of health as `name:key`, with the public key (Ed25519 or P-256) as base64 of DER; without any, there is no probe.',
  })
  SKEP_HEALTH_PROBE_KEYS: ProbeKey[] = [];

  /** The bundle id of the app at Apple; empty if no setting names it. */
  get appleClient(): string {
    const [app = ''] = this.APP_ATTEST_APP_IDS;
    return this.APPLE_CLIENT_ID || app.slice(app.indexOf('.') + 1);
  }

  override notConfigured(): Record<string, readonly string[]> {
    const missing = [this.FIREBASE_PROJECT, this.FIREBASE_CREDENTIALS].every(Boolean) ? [] : ['FIREBASE_PROJECT', 'FIREBASE_CREDENTIALS'];
    return {
      ...super.notConfigured(),
      ...(missing.length && { 'Firebase users': missing }),
      ...(!this.APPLE_TEAM_ID && { 'Sign in with Apple': APPLE }),
      ...(!this.APP_ATTEST_APP_IDS.length && { 'App Attest': ['APP_ATTEST_APP_IDS'] }),
      ...(!this.PLAY_INTEGRITY_PACKAGE && { 'Play Integrity': PLAY_INTEGRITY }),
    };
  }

  override faults(): SettingFault[] {
    const faults = [...super.faults(), ...rateLimitFaults(this, LIMIT_NAMES)];
    const [admin, password] = [this.SKEP_ADMIN_EMAIL, this.SKEP_ADMIN_PASSWORD];
    if (admin && !password) faults.push({ setting: 'SKEP_ADMIN_PASSWORD', fault: 'is required with SKEP_ADMIN_EMAIL' });
    if (password && !admin) faults.push({ setting: 'SKEP_ADMIN_EMAIL', fault: 'is required with SKEP_ADMIN_PASSWORD' });
    const missing = (...settings: (keyof this & string)[]) => settings.filter((setting) => !this[setting]);
    const halfSet = (all: (keyof this & string)[]) => {
      const unset = missing(...all);
      return unset.length < all.length ? unset.map((setting) => ({ setting, fault: `is required with ${all.join(' and ')}` })) : [];
    };
    if (this.FIREBASE_CREDENTIALS && !this.FIREBASE_PROJECT)
      faults.push({ setting: 'FIREBASE_PROJECT', fault: 'is required with FIREBASE_CREDENTIALS' });
    faults.push(...halfSet(['APPLE_TEAM_ID', 'APPLE_KEY_ID', 'APPLE_PRIVATE_KEY']));
    faults.push(...halfSet([...PLAY_INTEGRITY]));
    if (this.APP_ATTEST_ROOT && !this.APP_ATTEST_APP_IDS.length)
      faults.push({ setting: 'APP_ATTEST_APP_IDS', fault: 'is required with APP_ATTEST_ROOT' });
    const readers = {
      ...(this.FIREBASE_CREDENTIALS && { FIREBASE_CREDENTIALS: () => parseServiceAccount(this.FIREBASE_CREDENTIALS) }),
      ...(this.APPLE_PRIVATE_KEY && { APPLE_PRIVATE_KEY: () => parseAppleKey(this.APPLE_PRIVATE_KEY) }),
      ...(this.APP_ATTEST_ROOT && { APP_ATTEST_ROOT: () => readRoot(this.APP_ATTEST_ROOT) }),
      ...(this.PLAY_INTEGRITY_CREDENTIALS && {
        PLAY_INTEGRITY_CREDENTIALS: () => parseServiceAccount(this.PLAY_INTEGRITY_CREDENTIALS),
      }),
    };
    return [...faults, ...syntaxFaults(readers)];
  }
}
