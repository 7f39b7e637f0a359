import type { Outbound } from '@skep/platform';
import type { ChannelsConfig } from '../../channels.config.js';
import { type Credentials, type Outgoing, Refused } from '../adapter.js';
import { WhatsAppAdapter } from './whatsapp.js';

/** WhatsApp at the number of the installation: with the credentials of the operator, not of a person. */
export class CoachAdapter extends WhatsAppAdapter {
  override readonly name = 'coach';
  override readonly display_name = 'Coach on WhatsApp';
  /** Undefined if the operator has not set them. */
  readonly own: Credentials | undefined;

  constructor(config: ChannelsConfig, outbound: Outbound) {
    super(config.WHATSAPP_API_BASE, outbound);
    const { WHATSAPP_TOKEN: access_token, WHATSAPP_PHONE_NUMBER_ID: phone_number_id, WHATSAPP_VERIFY_TOKEN: verify_token } = config;
    const [app_secret = ''] = secretsOf(config.WHATSAPP_APP_SECRET);
    const own = { access_token, phone_number_id, app_secret, verify_token };
    this.own = Object.values(own).every(Boolean) ? own : undefined;
  }

  override send(_: Credentials, message: Outgoing, signal: AbortSignal): Promise<string> {
    if (!this.own) return Promise.reject(new Refused(`${this.display_name} is not configured.`));
    return super.send(this.own, message, signal);
  }
}

/** The secrets of a setting: one, or the new and the old one while it is changed. */
export const secretsOf = (setting: string): string[] =>
  setting
    .split(',')
    .map((secret) => secret.trim())
    .filter(Boolean);
