import { Int, Text } from '@skep/contracts';
import { PublicUrl } from '@skep/platform';
import { MailConfig } from '@skep/platform/mail';

/** The settings of channels, in addition to those of every service. */
export class ChannelsConfig extends MailConfig {
  /** The base of the links in e-mails. */
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of apps and users may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';
  @Text({ pattern: /^https?:\/\//, description: 'Address of the Bot API of Telegram.' }) TELEGRAM_API_BASE: string =
    'https://api.telegram.org';
  @Text({ pattern: /^https?:\/\//, description: 'Address of the Graph API of Meta, for WhatsApp, with its version.' })
  WHATSAPP_API_BASE: string = 'https://graph.facebook.com/v23.0';
  @Text({ pattern: /^https?:\/\//, description: 'Address of the Web API of Slack.' }) SLACK_API_BASE: string = 'https://slack.com/api';
  @Text({ pattern: /^https?:\/\//, description: 'Address of the API of Discord, with its version.' }) DISCORD_API_BASE: string =
    'https://discord.com/api/v10';
  @Int({ min: 1, max: 100_000, description: 'Notifications that an app may send to one user in an hour.' })
  SKEP_APP_NOTIFICATIONS_PER_HOUR: number = 60;
}
