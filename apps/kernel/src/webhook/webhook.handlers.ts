import { type AppWebhook, kernel } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ReceiveWebhook } from './receive-webhook.js';

@Handlers()
export class WebhookHandlers {
  constructor(private readonly receive: ReceiveWebhook) {}

  @Handle(kernel.receiveAppWebhook)
  receiveAppWebhook(ctx: Ctx, input: AppWebhook) {
    return this.receive.run(ctx, input);
  }
}
