import { BadRequest, type WebhookAnswer } from '@skep/contracts';
import { connections, type VendorRequest } from '@skep/contracts/connections';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ConnectionsConfig } from '../connections.config.js';
import { ReceiveVendorMessage } from './receive-vendor-message.js';
import { readGarmin, readStrava } from './vendor-message.js';
import { assertSecret } from './vendor-secret.js';

const TAKEN: WebhookAnswer = { status_code: 200, headers: { 'content-type': 'application/json' }, body: '{}' };

@Handlers()
export class VendorMessageHandlers {
  constructor(
    private readonly config: ConnectionsConfig,
    private readonly receive: ReceiveVendorMessage,
  ) {}

  @Handle(connections.receiveStrava)
  async receiveStrava(ctx: Ctx, { method, secret, query, body }: VendorRequest): Promise<WebhookAnswer> {
    const setting = { name: 'STRAVA_WEBHOOK_SECRET', value: this.config.STRAVA_WEBHOOK_SECRET };
    assertSecret(setting, secret);
    if (method === 'GET') {
      assertSecret(setting, query['hub.verify_token'] ?? '');
      return toChallenge(query);
    }
    await this.receive.run(ctx, 'strava', readStrava(textOf(body)));
    return TAKEN;
  }

  @Handle(connections.receiveGarmin)
  async receiveGarmin(ctx: Ctx, { secret, body }: VendorRequest): Promise<WebhookAnswer> {
    assertSecret({ name: 'GARMIN_WEBHOOK_SECRET', value: this.config.GARMIN_WEBHOOK_SECRET }, secret);
    await this.receive.run(ctx, 'garmin', readGarmin(textOf(body)));
    return TAKEN;
  }
}

const textOf = (base64: string): string => Buffer.from(base64, 'base64').toString();

/** Strava subscribes to an address that repeats its challenge. @throws Problem `bad_request` */
function toChallenge({ 'hub.mode': mode, 'hub.challenge': challenge }: Record<string, string>): WebhookAnswer {
  if (mode !== 'subscribe' || !challenge) throw BadRequest('Send hub.mode=subscribe and a hub.challenge.');
  return { ...TAKEN, body: JSON.stringify({ 'hub.challenge': challenge }) };
}
