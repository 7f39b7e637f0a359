import { Int, Text } from '@skep/contracts';
import { PublicUrl, type SettingFault, syntaxFaults } from '@skep/platform';
import { parseServiceAccount } from '@skep/platform/google';
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

  @Text({ max: 100, example: 'my-project', description: 'Id of the project at Firebase.' }) FIREBASE_PROJECT: string = '';
  @Text({
    max: 20_000,
    example: '$(base64 -w0 service-account.json)',
    description: 'The JSON file of a Google service account for Firebase, as base64.',
  })
  FIREBASE_CREDENTIALS: string = '';
  @Text({ pattern: /^(https?:\/\/|$)/, description: 'Address of the APIs of Firebase, if not that of Google.' }) FIREBASE_API_BASE: string =
    '';

  override notConfigured(): Record<string, readonly string[]> {
    const missing = (names: readonly (keyof this & string)[]) => names.filter((name) => !this[name]);
    const features = { 'pushes to devices': missing(['FIREBASE_PROJECT', 'FIREBASE_CREDENTIALS']) };
    return { ...super.notConfigured(), ...Object.fromEntries(Object.entries(features).filter(([, names]) => names.length)) };
  }

  override faults(): SettingFault[] {
    const faults = super.faults();
    if (this.FIREBASE_CREDENTIALS && !this.FIREBASE_PROJECT)
      faults.push({ setting: 'FIREBASE_PROJECT', fault: 'is required with FIREBASE_CREDENTIALS' });
    return [
      ...faults,
      ...syntaxFaults({
        ...(this.FIREBASE_CREDENTIALS && { FIREBASE_CREDENTIALS: () => parseServiceAccount(this.FIREBASE_CREDENTIALS) }),
      }),
    ];
  }
}
