import { CommaList, Text } from '@skep/contracts';
import { PublicUrl, SealingConfig, type SettingFault } from '@skep/platform';
import { parseProviders } from './provider/providers.js';

/** The settings of connections, in addition to those of every service. */
export class ConnectionsConfig extends SealingConfig {
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @Text({
    max: 100_000,
    example:
      '{"acme":{"authorize_url":"https://acme.example/authorize","token_url":"https://acme.example/token","userinfo_url":"https://acme.example/me"}}',
    description:
      'OAuth providers beside google, microsoft and yahoo, or changes of these, as JSON by name; `client_id` and `client_secret` for all apps.',
  })
  SKEP_OAUTH_PROVIDERS: string = '{}';
  @CommaList({ example: 'https://app.example.com,myapp:', description: 'Origins and schemes that OAuth flows may come back to.' })
  RETURN_TO_ALLOW: string[] = [];
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of apps and users may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';

  override faults(): SettingFault[] {
    try {
      parseProviders(this.SKEP_OAUTH_PROVIDERS);
      return [];
    } catch (error) {
      return [{ setting: 'SKEP_OAUTH_PROVIDERS', fault: error instanceof Error ? error.message : String(error) }];
    }
  }
}
