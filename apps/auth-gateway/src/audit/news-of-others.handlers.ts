import { billing, type PayoutStatusChanged, portal, type SuspensionChanged, type TierAssignment } from '@skep/contracts';
import { type Ctx, Handlers, OnEvent } from '@skep/platform';
import { Audit, type Deed } from './audit.js';

/** Where the operator's people are at home: what a service does for nobody is in their log. */
const OPERATORS = 'default';

/** What other services tell and somebody must answer for: money that was decided on, and apps that were suspended. The event's context says who it was. */
@Handlers()
export class NewsOfOthersHandlers {
  constructor(private readonly audit: Audit) {}

  @OnEvent(billing.payoutStatusChanged)
  async payoutMoved(ctx: Ctx, { payout_id, developer_id, amount_tokens, amount_usd, status }: PayoutStatusChanged) {
    const metadata = { developer_id, amount: amount_tokens, usd: amount_usd };
    await this.record(ctx, 'billing', { action: `payout.${status}`, target_type: 'payout', target_id: String(payout_id), metadata });
  }

  @OnEvent(billing.tierChanged)
  async tierChanged(ctx: Ctx, { developer_id, tier, tier_until, comped_by }: TierAssignment) {
    const metadata = { tier, until: tier_until };
    const action = comped_by ? 'tier.granted' : 'tier.bought';
    await this.record(ctx, 'billing', { action, target_type: 'developer', target_id: developer_id, metadata });
  }

  @OnEvent(portal.suspensionChanged)
  async suspensionChanged(ctx: Ctx, { app_id, developer_id, reason }: SuspensionChanged) {
    const action = reason === null ? 'app.restored' : 'app.suspended';
    await this.record(ctx, 'developer-portal', { action, target_type: 'app', target_id: app_id, metadata: { developer_id, reason } });
  }

  private record(ctx: Ctx, source: string, deed: Deed): Promise<void> {
    return this.audit.record(ctx, { tenant_id: ctx.tenant || OPERATORS, source, ...deed });
  }
}
