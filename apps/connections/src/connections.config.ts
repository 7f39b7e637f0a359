import { OneOf, Text } from '@skep/contracts';
import { PublicUrl, ReturnToAllow, type SettingFault, syntaxFaults } from '@skep/platform';
import { HealthSettings } from './health/health-settings.js';
import { parseProviders } from './provider/providers.js';
import { parseAppSecrets } from './secret/app-secret-values.js';

/** The settings of connections, in addition to those of every service. */
export class ConnectionsConfig extends HealthSettings {
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @Text({
    max: 100_000,
    example:
      '{"acme":{"authorize_url":"https://acme.example/authorize","token_url":"https://acme.example/token","userinfo_url":"https://acme.example/me"}}',
    description:
      'OAuth providers beside google, microsoft and yahoo, or changes of these, as JSON by name; `client_id` and `client_secret` for all apps.',
  })
  SKEP_OAUTH_PROVIDERS: string = '{}';
  @Text({
    max: 100_000,
    example: '{"mailer":{"google_client_id":"…","google_client_secret":"…"}}',
    description:
      'Values of app secrets that declare `env_fallback` and that their developer has not set, as JSON by app and name of the secret.',
  })
  SKEP_APP_SECRETS: string = '{}';
  @ReturnToAllow('Origins and schemes that OAuth flows may come back to.')
  RETURN_TO_ALLOW: string[] = [];
  @OneOf(['on', 'off'], {
    description:
      'Whether the end of an OAuth flow asks for the e-mail address of the user who started it; off lets anyone with the link connect their account to that user.',
  })
  SKEP_OAUTH_CONFIRM: string = 'on';
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of apps and users may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';

  @Text({
    example: 'https://skep.example.com/v1/webhooks/gmail',
    description: 'Audience of the tokens with which Google Pub/Sub signs Gmail pushes. Without it pushes are refused.',
  })
  GMAIL_PUSH_AUDIENCE: string = '';
  @Text({
    example: 'push@my-project.iam.gserviceaccount.com',
    description: 'Service account that signs them, as the subscription names it.',
  })
  GMAIL_PUSH_ACCOUNT: string = '';
  @Text({ description: 'Where the keys of Google are.' })
  GMAIL_PUSH_JWKS_URL: string = 'https://www.googleapis.com/oauth2/v3/certs';

  override notConfigured(): Record<string, readonly string[]> {
    return {
      ...(!this.GMAIL_PUSH_AUDIENCE && { 'Gmail pushes': ['GMAIL_PUSH_AUDIENCE', 'GMAIL_PUSH_ACCOUNT'] }),
      ...super.notConfigured(),
    };
  }

  override faults(): SettingFault[] {
    const faults = super.faults();
    if (!this.GMAIL_PUSH_AUDIENCE !== !this.GMAIL_PUSH_ACCOUNT)
      faults.push({ setting: 'GMAIL_PUSH_ACCOUNT', fault: 'must be set together with GMAIL_PUSH_AUDIENCE' });
    if (!URL.canParse(this.GMAIL_PUSH_JWKS_URL)) faults.push({ setting: 'GMAIL_PUSH_JWKS_URL', fault: 'must be an address' });
    const readers = {
      SKEP_OAUTH_PROVIDERS: () => parseProviders(this.SKEP_OAUTH_PROVIDERS),
      SKEP_APP_SECRETS: () => parseAppSecrets(this.SKEP_APP_SECRETS),
    };
    return [...faults, ...syntaxFaults(readers)];
  }
}
