import type { AppRef } from '@skep/contracts';
import { kernel, type SigningSecretRef } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { webhookPath } from '../ir/names.js';
import type { SigningSecretEntity } from './signing-secret.entity.js';
import { SigningSecrets } from './signing-secrets.js';

@Handlers()
export class SigningSecretHandlers {
  constructor(private readonly secrets: SigningSecrets) {}

  @Handle(kernel.createSigningSecret)
  async createSigningSecret(ctx: Ctx, { app_id, webhook = '' }: SigningSecretRef) {
    const shown = await this.secrets.showOrRotate({ ...ownerOf(ctx, app_id), webhook: webhookPath(webhook) });
    return { ...describe(shown), app_id, secret: shown.secret };
  }

  @Handle(kernel.listSigningSecrets)
  async listSigningSecrets(ctx: Ctx, { app_id }: AppRef) {
    return (await this.secrets.list(ownerOf(ctx, app_id))).map(describe);
  }
}

const ownerOf = ({ tenant, user }: Ctx, app_id: string) => ({ tenant_id: tenant, developer_id: user, app_id });

const describe = ({ webhook, shown_at, rotated_at, previous_until }: SigningSecretEntity) => ({
  webhook: webhook ? `/${webhook}` : null,
  ...{ shown_at, rotated_at, previous_until },
});
