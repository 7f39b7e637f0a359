import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { CallModule } from '../call/call.module.js';
import { SigningSecretModule } from '../signing-secret/signing-secret.module.js';
import { ReceiveWebhook } from './receive-webhook.js';
import { WebhookHandlers } from './webhook.handlers.js';

@Aggregate({
  imports: [CallModule, SigningSecretModule],
  handlers: [WebhookHandlers],
  providers: [ReceiveWebhook],
  calls: [registry.resolveDeclarations],
})
export class WebhookModule {}
