import type { AppRef } from '@skep/contracts';
import { type AppKeyRef, auth, type CreateAppKey } from '@skep/contracts/auth';
import { portal } from '@skep/contracts/portal';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';

/** Checks that the caller is the app's developer; auth-gateway keeps the keys. */
@Handlers()
export class AppKeyHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly bus: Bus,
  ) {}

  @Handle(portal.createAppKey)
  async createAppKey(ctx: Ctx, input: CreateAppKey) {
    await this.apps.getOwn(ctx, input.app_id);
    return this.bus.call(auth.createAppKey, ctx, input);
  }

  @Handle(portal.listAppKeys)
  async listAppKeys(ctx: Ctx, { app_id }: AppRef) {
    await this.apps.getOwn(ctx, app_id);
    return this.bus.call(auth.listAppKeys, ctx, { app_id });
  }

  @Handle(portal.revokeAppKey)
  async revokeAppKey(ctx: Ctx, { app_id, key_id }: AppKeyRef) {
    await this.apps.getOwn(ctx, app_id);
    return this.bus.call(auth.revokeAppKey, ctx, { app_id, key_id });
  }
}
