import { billing, type BillingProfile as Profile } from '@skep/contracts/billing';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { assertUser } from '../wallet/wallet.repository.js';
import { BillingProfileEntity } from './profile.entity.js';

/** Operations on billing profiles. */
@Handlers()
export class ProfileHandlers {
  constructor(private readonly db: Database) {}

  @Handle(billing.updateBillingProfile)
  async updateBillingProfile(ctx: Ctx, input: Profile) {
    assertUser(ctx);
    const profile = { tenant_id: ctx.tenant, user_id: ctx.user, ...input, updated_at: new Date() };
    await this.db.repository(BillingProfileEntity).upsert(profile, ['tenant_id', 'user_id']);
    return profile;
  }
}
