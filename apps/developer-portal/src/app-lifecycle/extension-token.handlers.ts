import type { AppRef } from '@skep/contracts';
import { auth, type ExtensionTokenRef } from '@skep/contracts/auth';
import { portal } from '@skep/contracts/portal';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';

/** Checks that the caller is the app's developer; auth-gateway keeps the tokens. */
@Handlers()
export class ExtensionTokenHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly bus: Bus,
  ) {}

  @Handle(portal.createExtensionToken)
  async createExtensionToken(ctx: Ctx, { app_id }: AppRef) {
    await this.apps.getOwn(ctx, app_id);
    return this.bus.call(auth.createExtensionToken, ctx, { app_id });
  }

  @Handle(portal.listExtensionTokens)
  async listExtensionTokens(ctx: Ctx, { app_id }: AppRef) {
    await this.apps.getOwn(ctx, app_id);
    return this.bus.call(auth.listExtensionTokens, ctx, { app_id });
  }

  @Handle(portal.revokeExtensionToken)
  async revokeExtensionToken(ctx: Ctx, { app_id, token_id }: ExtensionTokenRef) {
    await this.apps.getOwn(ctx, app_id);
    return this.bus.call(auth.revokeExtensionToken, ctx, { app_id, token_id });
  }
}
