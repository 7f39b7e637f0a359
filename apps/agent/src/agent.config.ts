import { CommaList, OneOf, Optional, Text } from '@skep/contracts';
import { ServiceConfig } from '@skep/platform';

/** The settings of the agent service, in addition to those of every service. */
export class AgentConfig extends ServiceConfig {
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of people may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';
  @Text({ description: 'Address of ClawHub, the directory of skills; `off` for none.' }) CLAWHUB_URL: string = 'https://clawhub.ai';
  @OneOf(['on', 'off'], {
    description: 'Whether people with the scope `agent:plugins` may install plugins. Off: those that are there are not used.',
  })
  SKEP_PLUGINS: string = 'off';
  @CommaList({ example: 'github.com,git.example.com', description: 'Hosts of git servers that plugins may come from.' })
  SKEP_PLUGIN_HOSTS: string[] = ['github.com', 'gitlab.com', 'codeberg.org'];
  @Optional()
  @Text({ example: '/srv/plugins', description: 'Folder of the server below which plugins may lie. Left out: none may.' })
  SKEP_PLUGIN_FOLDER?: string;
  @Optional() @Text({ example: 'BSA-4f9a', description: 'API key of Brave, with which agents search the web.' }) BRAVE_API_KEY?: string;
  @Text({ pattern: /^https?:\/\//, description: 'Address of the API of Brave.' }) BRAVE_API_BASE: string = 'https://api.search.brave.com';
  @Optional()
  @Text({ example: 'tvly-4f9a', description: 'API key of Tavily, with which agents search the web if Brave does not answer.' })
  TAVILY_API_KEY?: string;
  @Text({ pattern: /^https?:\/\//, description: 'Address of the API of Tavily.' }) TAVILY_API_BASE: string = 'https://api.tavily.com';

  @Text({
    pattern: /^https?:\/\//,
    description: 'Base URL for links in e-mails, icons and passkeys. With https, cookies are Secure and responses carry HSTS.',
  })
  SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @CommaList({ example: 'https://panel.example.com', description: 'Origins that CORS allows.' }) SKEP_CORS_ORIGINS: string[] = [];
  @Optional()
  @Text({ example: '.data', description: 'Data folder: databases, streams, e-mails (mail/*.eml), logs, secrets.env.' })
  SKEP_DATA?: string;

  canSearchTheWeb(): boolean {
    return Boolean(this.BRAVE_API_KEY ?? this.TAVILY_API_KEY);
  }

  override notConfigured(): Record<string, readonly string[]> {
    return this.canSearchTheWeb() ? {} : { 'web search': ['BRAVE_API_KEY', 'TAVILY_API_KEY'] };
  }
}
