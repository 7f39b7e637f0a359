import { auth, type UserErased } from '@skep/contracts/auth';
import { channels, type ForgetPerson } from '@skep/contracts/channels';
import { type Ctx, Database, eraseUser, Handle, Handlers, OnEvent, tenantOf } from '@skep/platform';
import { DeviceTokenRepository } from '../device/device-token.repository.js';
import { Linking } from '../link/linking.js';
import { PushSubscriptionRepository } from '../push/push-subscription.repository.js';

@Handlers()
export class ErasureHandlers {
  constructor(
    private readonly db: Database,
    private readonly devices: DeviceTokenRepository,
    private readonly browsers: PushSubscriptionRepository,
    private readonly linking: Linking,
  ) {}

  /** Before their account is deleted: nothing reaches them any more, and no chat speaks for them. */
  @Handle(channels.forgetPerson)
  async forgetPerson(ctx: Ctx, person: ForgetPerson) {
    const owner = { tenant: tenantOf(ctx, person), user: person.user_id };
    await this.db.inTenant(owner.tenant, () =>
      this.db.transaction(async () => {
        await this.devices.removeAll(owner);
        await this.browsers.removeAll(owner);
        await this.linking.forget(owner);
      }),
    );
    return {};
  }

  /** Deletes the user's rows. */
  @OnEvent(auth.userErased)
  userErased(_: Ctx, user: UserErased) {
    return eraseUser(this.db, user);
  }
}
