import { auth, type UserRef } from '@skep/contracts/auth';
import { kernel, type UpdateSettings, type UpdateUserSettings } from '@skep/contracts/kernel';
import { Bus, type Ctx, Database, Handle, Handlers, newCtx } from '@skep/platform';
import { type UserOf, UserSettingsRepository } from './user-settings.repository.js';

@Handlers()
export class SettingsHandlers {
  constructor(
    private readonly settings: UserSettingsRepository,
    private readonly bus: Bus,
    private readonly db: Database,
  ) {}

  @Handle(kernel.getMySettings)
  async getMySettings(ctx: Ctx) {
    return { user_id: ctx.user, settings: await this.settings.get(ctx) };
  }

  @Handle(kernel.updateMySettings)
  updateMySettings(ctx: Ctx, changes: UpdateSettings) {
    return this.settings.update(ctx, changes, (settings) => ({ user_id: ctx.user, settings }));
  }

  @Handle(kernel.getUserSettings)
  getUserSettings(ctx: Ctx, user: UserRef) {
    return this.ofUser(ctx, user, async (owner) => ({ user_id: user.user_id, settings: await this.settings.get(owner) }));
  }

  @Handle(kernel.updateUserSettings)
  updateUserSettings(ctx: Ctx, { user_id, tenant_id, ...changes }: UpdateUserSettings) {
    return this.ofUser(ctx, { user_id, tenant_id }, (owner) => this.settings.update(owner, changes, (settings) => ({ user_id, settings })));
  }

  /** @throws Problem `user_not_found` */
  private async ofUser<T>({ deadline, request, trace }: Ctx, user: UserRef, work: (owner: UserOf) => Promise<T>) {
    const { tenant_id, user_id } = user;
    const asService = newCtx({ actor: 'service:kernel', deadline, request, trace });
    const { role } = await this.bus.call(auth.describeUser, asService, { tenant_id, user_id });
    return this.db.inTenant(tenant_id, () => work({ tenant: tenant_id, user: user_id, role }));
  }
}
