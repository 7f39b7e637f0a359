import { Text } from '@skep/contracts';
import { ServiceConfig } from '@skep/platform';

export class MarketplaceConfig extends ServiceConfig {
  /** The public URL of the API: base URL of uploaded icons. */
  @Text({ pattern: /^https?:\/\//, description: 'Base URL for links in e-mails, icons and passkeys.' }) SKEP_PUBLIC_URL: string =
    'http://127.0.0.1:8080';
}
