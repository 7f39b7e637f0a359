import { Problem } from '@skep/contracts';
import { billing, type TierAssignment } from '@skep/contracts/billing';
import { type ChangeTier as ChangeInput, type GrantTier, portal, type RegisterDeveloper as RegisterInput } from '@skep/contracts/portal';
import { Bus, type Ctx, Handle, Handlers, assertOperator, OnEvent } from '@skep/platform';
import { ChangeTier } from './change-tier.js';
import { DeveloperRepository } from './developer.repository.js';
import { RegisterDeveloper } from './register-developer.js';
import { TIER_TERMS } from './tiers.js';

@Handlers()
export class DeveloperHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly developers: DeveloperRepository,
    private readonly register: RegisterDeveloper,
    private readonly tiers: ChangeTier,
  ) {}

  @Handle(portal.registerDeveloper)
  registerDeveloper(ctx: Ctx, input: RegisterInput) {
    return this.register.run(ctx, input);
  }

  /** While billing is unavailable, the earnings are those that it last reported. */
  @Handle(portal.getProfile)
  async getProfile(ctx: Ctx) {
    const profile = await this.developers.getProfile(ctx);
    const { total_earnings } = await this.bus.call(billing.getDeveloperEarnings, ctx, {}).catch((error: unknown) => {
      if (error instanceof Problem && error.body.status === 503) return profile;
      throw error;
    });
    if (total_earnings !== profile.total_earnings) await this.developers.saveEarnings(ctx, total_earnings);
    return { ...profile, total_earnings };
  }

  @Handle(portal.changeTier)
  changeTier(ctx: Ctx, { tier }: ChangeInput) {
    return this.tiers.change(ctx, tier);
  }

  @Handle(portal.grantTier)
  grantTier(ctx: Ctx, input: GrantTier) {
    return this.tiers.grant(ctx, input);
  }

  @Handle(portal.getDeveloperConfig)
  getDeveloperConfig(ctx: Ctx) {
    assertOperator(ctx, 'admin:developer:review');
    return this.getDeveloperTerms(ctx);
  }

  @Handle(portal.getDeveloperTerms)
  async getDeveloperTerms(ctx: Ctx) {
    const [fees, terms] = await Promise.all([
      this.bus.call(billing.getPlatformFees, ctx, {}),
      this.bus.call(billing.getPayoutTerms, ctx, {}),
    ]);
    return { tiers: Object.values(TIER_TERMS), platform_fees: { free: 0, ...fees }, ...terms };
  }

  /** Usually the tier was already applied from billing's answer. */
  @OnEvent(billing.tierChanged)
  tierChanged(_: Ctx, term: TierAssignment) {
    return this.developers.applyTier(term);
  }
}
