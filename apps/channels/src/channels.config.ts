import { Int, OneOf, Text } from '@skep/contracts';
import { PublicUrl, type SettingFault, syntaxFaults } from '@skep/platform';
import { FirebaseApiBase, parseServiceAccount } from '@skep/platform/google';
import { MailConfig } from '@skep/platform/mail';
import { HEYLO_SIGNATURE_MODES, type HeyloSignatureMode } from './heylo/heylo-signature.js';

const WHATSAPP = ['WHATSAPP_APP_SECRET', 'WHATSAPP_VERIFY_TOKEN', 'WHATSAPP_TOKEN', 'WHATSAPP_PHONE_NUMBER_ID'] as const;

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
  @FirebaseApiBase() FIREBASE_API_BASE: string = '';

  @Text({
    max: 400,
    example: '0123456789abcdef0123456789abcdef',
    description: 'Secret of the app at Meta that has the WhatsApp number of this installation; while it is changed `new,old`.',
  })
  WHATSAPP_APP_SECRET: string = '';
  @Text({ max: 200, example: '$(openssl rand -hex 16)', description: 'What Meta sends when it checks /whatsapp_webhooks.' })
  WHATSAPP_VERIFY_TOKEN: string = '';
  @Text({ max: 1_000, example: 'EAAG…', description: 'Access token with which messages are sent from that number.' })
  WHATSAPP_TOKEN: string = '';
  @Text({ max: 64, pattern: /^\d*$/, example: '106540352242922', description: 'Id of that number at Meta.' })
  WHATSAPP_PHONE_NUMBER_ID: string = '';
  @Text({ max: 400, example: '$(openssl rand -hex 32)', description: 'Secret of the webhook of Heylo; while it is changed `new,old`.' })
  HEYLO_WEBHOOK_SECRET: string = '';
  @OneOf(HEYLO_SIGNATURE_MODES, {
    description:
      'How Heylo proves that a request is its own: a signature, or the secret in `Authorization` (`basic`: it is `user:password`).',
  })
  HEYLO_WEBHOOK_SIGNATURE_MODE: HeyloSignatureMode = 'hmac-sha256-hex';
  @Text({ max: 100, pattern: /^[\w-]+$/, description: 'Header with the signature `t=…,v1=…`.' }) HEYLO_WEBHOOK_SIGNATURE_HEADER: string =
    'X-Heylo-Signature';

  /** The settings of the installation's WhatsApp number that are missing. */
  missingForWhatsApp(): string[] {
    return this.missing(WHATSAPP);
  }

  private missing(settings: readonly (keyof this & string)[]): string[] {
    return settings.filter((setting) => !this[setting]);
  }

  override notConfigured(): Record<string, readonly string[]> {
    const features = {
      'pushes to devices': this.missing(['FIREBASE_PROJECT', 'FIREBASE_CREDENTIALS']),
      'WhatsApp number of the installation': this.missingForWhatsApp(),
      'Heylo webhooks': this.missing(['HEYLO_WEBHOOK_SECRET']),
    };
    return { ...super.notConfigured(), ...Object.fromEntries(Object.entries(features).filter(([, names]) => names.length)) };
  }

  override faults(): SettingFault[] {
    const faults = super.faults();
    if (this.FIREBASE_CREDENTIALS && !this.FIREBASE_PROJECT)
      faults.push({ setting: 'FIREBASE_PROJECT', fault: 'is required with FIREBASE_CREDENTIALS' });
    const unset = this.missingForWhatsApp();
    if (unset.length < WHATSAPP.length)
      faults.push(
        ...unset.map((setting) => ({ setting, fault: `is required with ${WHATSAPP.filter((name) => name !== setting).join(', ')}` })),
      );
    return [
      ...faults,
      ...syntaxFaults({
        ...(this.FIREBASE_CREDENTIALS && { FIREBASE_CREDENTIALS: () => parseServiceAccount(this.FIREBASE_CREDENTIALS) }),
      }),
    ];
  }
}
