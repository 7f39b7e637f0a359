import { type AppRef, NotFound } from '@skep/contracts';
import { kernel, type SigningSecretRef } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';

/** Checks that the caller is the app's developer; the kernel keeps the secrets. */
@Handlers()
export class SigningSecretHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly bus: Bus,
  ) {}

  @Handle(portal.createSigningSecret)
  async createSigningSecret(ctx: Ctx, input: SigningSecretRef) {
    const { manifest_json } = await this.apps.getOwn(ctx, input.app_id);
    const webhooks = (manifest_json['webhooks'] ?? []) as { path: string; secret_header?: string }[];
    if (input.webhook !== undefined && !webhooks.some(({ path, secret_header }) => path === input.webhook && secret_header))
      throw NotFound('The manifest of this app declares no webhook with a secret_header at this path.');
    return this.bus.call(kernel.createSigningSecret, ctx, input);
  }

  @Handle(portal.listSigningSecrets)
  async listSigningSecrets(ctx: Ctx, { app_id }: AppRef) {
    await this.apps.getOwn(ctx, app_id);
    return this.bus.call(kernel.listSigningSecrets, ctx, { app_id });
  }
}
