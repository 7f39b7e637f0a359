import { Forbidden, InvalidInput, NotConfigured } from '@skep/contracts';
import { InvalidVendorSignature, VendorUnreachable } from '@skep/contracts/channels';
import { Injectable } from '@nestjs/common';
import {
  type Credentials,
  type Delivery,
  InvalidSignature,
  type Outgoing,
  type VendorAnswer,
  type VendorRequest,
} from '../bridge/adapter.js';
import { Adapters } from '../bridge/adapters.js';
import { secretsOf } from '../bridge/adapters/coach.js';
import { ChannelsConfig } from '../channels.config.js';

const ASK_MS = 4_000;
const NUMBER_TTL_MS = 3_600_000;

/** The number of the installation at WhatsApp. */
@Injectable()
export class InstallationNumber {
  private asked: { number: Promise<string>; until: number } | undefined;

  constructor(
    private readonly config: ChannelsConfig,
    private readonly adapters: Adapters,
  ) {}

  /** Its digits, as Meta knows them; asked once an hour. @throws Problem `not_configured`; `channel_unreachable` */
  async find(): Promise<string> {
    const credentials = this.credentials();
    if (!this.asked || Date.now() > this.asked.until)
      this.asked = { number: this.adapters.coach.numberOf(credentials, AbortSignal.timeout(ASK_MS)), until: Date.now() + NUMBER_TTL_MS };
    const number = await this.asked.number.catch(() => undefined);
    if (number) return number;
    this.asked = undefined;
    throw VendorUnreachable('WhatsApp does not say the number of this installation. Try again later.');
  }

  /**
   * Reads a request of Meta. Its signature is verified before it is read.
   * @throws Problem `not_configured`; `invalid_channel_signature`; `forbidden` for another verify token; `invalid_input`
   */
  read(request: VendorRequest): { delivery: Delivery; answer: VendorAnswer } {
    const credentials = this.credentials();
    if (request.method === 'GET') assertHandshake(request);
    for (const app_secret of secretsOf(this.config.WHATSAPP_APP_SECRET))
      try {
        return this.adapters.coach.read({ ...credentials, app_secret }, request);
      } catch (error) {
        if (!(error instanceof InvalidSignature)) throw error;
      }
    throw request.method === 'GET' ? Forbidden('hub.verify_token is not that of this installation.') : InvalidVendorSignature();
  }

  /** @returns Meta's id of the message @throws Refused; any other Error if the outcome is unknown */
  send(message: Outgoing, signal: AbortSignal): Promise<string> {
    return this.adapters.coach.send({}, message, signal);
  }

  private credentials(): Credentials {
    const { own } = this.adapters.coach;
    if (own) return own;
    throw NotConfigured(`WhatsApp needs the settings ${this.config.missingForWhatsApp().join(', ')}.`);
  }
}

/** @throws Problem `invalid_input` for what is no handshake */
function assertHandshake({ query }: VendorRequest): void {
  const fault = (name: string, msg: string) => InvalidInput([{ loc: [name], msg, type: 'value_error' }]);
  if (query['hub.mode'] !== 'subscribe') throw fault('hub.mode', 'Send subscribe');
  if (!query['hub.challenge']) throw fault('hub.challenge', 'Send a challenge');
}
