import { TooLarge, type WebhookAnswer } from '@skep/contracts';
import {
  BridgeNotFound,
  BridgeStopped,
  channels,
  InvalidVendorSignature,
  type ReceiveFromVendor,
  VENDOR_REQUEST_MAX,
} from '@skep/contracts/channels';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { InvalidSignature } from '../bridge/adapter.js';
import { Adapters } from '../bridge/adapters.js';
import { BridgeRepository, credentialsOf } from '../bridge/bridge.repository.js';
import { NotListening, TakeDelivery } from './take-delivery.js';

/** Requests of networks that deliver by requests. */
@Handlers()
export class VendorRequestHandlers {
  constructor(
    private readonly adapters: Adapters,
    private readonly bridges: BridgeRepository,
    private readonly deliveries: TakeDelivery,
  ) {}

  @Handle(channels.receiveFromVendor)
  async receiveFromVendor(_: Ctx, { slug, method, headers, query, body: base64 }: ReceiveFromVendor): Promise<WebhookAnswer> {
    const bridge = await this.bridges.findBySlug(slug);
    const adapter = this.adapters.get(bridge.channel);
    if (!adapter.read) throw BridgeNotFound();
    if (!bridge.running) throw BridgeStopped();
    const body = Buffer.from(base64, 'base64');
    if (body.length > VENDOR_REQUEST_MAX) throw TooLarge();
    try {
      const { delivery, answer } = adapter.read(credentialsOf(bridge), { method, headers, query, body });
      await this.deliveries.run(bridge, delivery);
      return { status_code: answer.status, headers: { 'content-type': answer.type }, body: answer.body };
    } catch (error) {
      if (error instanceof InvalidSignature) throw InvalidVendorSignature();
      if (error instanceof NotListening) throw BridgeStopped();
      throw error;
    }
  }
}
