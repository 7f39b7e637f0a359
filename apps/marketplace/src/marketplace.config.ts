import { PublicUrl, ServiceConfig } from '@skep/platform';

export class MarketplaceConfig extends ServiceConfig {
  /** The public URL of the API: base URL of uploaded icons. */
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
}
