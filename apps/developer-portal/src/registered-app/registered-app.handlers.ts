import { type AppRef, Forbidden } from '@skep/contracts';
import {
  type ListRegisteredApps,
  portal,
  type RegisterApp as RegisterInput,
  type UpdateRegisteredApp as UpdateInput,
} from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { isServiceWithoutUser } from '../app/app.repository.js';
import { RegisterApp } from './register-app.js';
import { RegisteredAppRepository } from './registered-app.repository.js';
import { UpdateRegisteredApp } from './update-registered-app.js';

@Handlers()
export class RegisteredAppHandlers {
  constructor(
    private readonly registered: RegisteredAppRepository,
    private readonly register: RegisterApp,
    private readonly update: UpdateRegisteredApp,
  ) {}

  @Handle(portal.registerApp)
  registerApp(ctx: Ctx, input: RegisterInput) {
    return this.register.run(ctx, input);
  }

  @Handle(portal.listRegisteredApps)
  listRegisteredApps(ctx: Ctx, { owner_id, status, cursor }: ListRegisteredApps) {
    const isService = isServiceWithoutUser(ctx);
    if (!isService && (owner_id ?? ctx.user) !== ctx.user) throw Forbidden('You may only list apps of your own.');
    return this.registered.list({ tenant: ctx.tenant, owner: isService ? (owner_id ?? undefined) : ctx.user, status }, cursor);
  }

  @Handle(portal.getRegisteredApp)
  async getRegisteredApp(ctx: Ctx, { app_id }: AppRef) {
    return this.registered.describe(await this.registered.get(ctx, app_id));
  }

  @Handle(portal.updateRegisteredApp)
  updateRegisteredApp(ctx: Ctx, input: UpdateInput) {
    return this.update.run(ctx, input);
  }

  @Handle(portal.deleteRegisteredApp)
  deleteRegisteredApp(ctx: Ctx, { app_id }: AppRef) {
    return this.update.delete(ctx, app_id);
  }
}
