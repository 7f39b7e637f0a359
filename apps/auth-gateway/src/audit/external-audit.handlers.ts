import { billing, type PayoutStatusChanged, type TierAssignment } from '@skep/contracts/billing';
import { connections, type SecretAccessed } from '@skep/contracts/connections';
import { portal, type SuspensionChanged } from '@skep/contracts/portal';
import { type Ctx, Handlers, OnEvent } from '@skep/platform';
import { OPERATOR_TENANT } from '../tenant/operator.js';
import { Audit, type AuditEntry } from './audit.js';

/** Records security-relevant events of other services: payouts, tiers, suspended apps and the use of secrets. The actor is in the event's context. */
@Handlers()
export class ExternalAuditHandlers {
  constructor(private readonly audit: Audit) {}

  @OnEvent(billing.payoutStatusChanged)
  async payoutStatusChanged(ctx: Ctx, { payout_id, developer_id, amount_tokens, amount_usd, status }: PayoutStatusChanged) {
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

  @OnEvent(connections.secretAccessed)
  async secretAccessed(ctx: Ctx, { app_id, name, scope, access }: SecretAccessed) {
    const entry = { action: `secret.${access}`, target_type: 'secret', target_id: `${app_id}/${name}`, metadata: { scope } };
    await this.record(ctx, 'connections', entry);
  }

  /** An event without a tenant goes to the operator's audit log. */
  private record(ctx: Ctx, source: string, entry: AuditEntry): Promise<void> {
    return this.audit.record(ctx, { tenant_id: ctx.tenant || OPERATOR_TENANT, source, ...entry });
  }
}
