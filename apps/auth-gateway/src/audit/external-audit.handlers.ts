import { agent, type TenantDefaultChanged } from '@skep/contracts/agent';
import {
  billing,
  type BudgetChanged,
  type ChargeRefunded,
  type PayoutStatusChanged,
  type PriceChanged,
  type TierAssignment,
} from '@skep/contracts/billing';
import { coach, type ProfileChanged } from '@skep/contracts/coach';
import { connections, type SecretAccessed } from '@skep/contracts/connections';
import { type ConversationWasReset, kernel } from '@skep/contracts/kernel';
import { marketplace, type ReportResolution } from '@skep/contracts/marketplace';
import { models, type ModelSettingsSet } from '@skep/contracts/models';
import { type NodeDecided, nodes } from '@skep/contracts/nodes';
import { type AppAdministered, type AppPurged, portal, type SuspensionChanged } from '@skep/contracts/portal';
import { type ConfigChanged, registry } from '@skep/contracts/registry';
import { type Ctx, Handlers, OnEvent } from '@skep/platform';
import { OPERATOR_TENANT } from '../tenant/operator.js';
import { aboutUser, Audit, type AuditEntry } from './audit.js';

/** Records security-relevant events of other services: payouts, tiers, prices, refunds, budgets, what administrators do with apps, settings, agents and language models, devices, health profiles, and the use of secrets. The actor is in the event's context. */
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

  @OnEvent(billing.chargeRefunded)
  async chargeRefunded(ctx: Ctx, { action_id, user_id, amount }: ChargeRefunded) {
    const entry = { action: 'charge.refunded', target_type: 'charge', target_id: action_id, metadata: { user_id, amount } };
    await this.record(ctx, 'billing', entry);
  }

  @OnEvent(billing.budgetChanged)
  async budgetChanged(ctx: Ctx, { user_id, from, to }: BudgetChanged) {
    const changes = { monthly_credits: { from, to } };
    await this.record(ctx, 'billing', { action: 'budget.changed', target_type: 'user', target_id: user_id, changes });
  }

  @OnEvent(billing.priceChanged)
  async priceChanged(ctx: Ctx, { target_type, target_id, changes }: PriceChanged) {
    await this.record(ctx, 'billing', { action: `${target_type}.changed`, target_type, target_id, changes });
  }

  @OnEvent(portal.suspensionChanged)
  async suspensionChanged(ctx: Ctx, { app_id, developer_id, reason }: SuspensionChanged) {
    const action = reason === null ? 'app.restored' : 'app.suspended';
    await this.record(ctx, 'developer-portal', { action, target_type: 'app', target_id: app_id, metadata: { developer_id, reason } });
  }

  @OnEvent(portal.appAdministered)
  async appAdministered(ctx: Ctx, { app_id, developer_id, act, fields }: AppAdministered) {
    await this.record(ctx, 'developer-portal', {
      action: `app.${act}`,
      target_type: 'app',
      target_id: app_id,
      metadata: { developer_id, fields },
    });
  }

  @OnEvent(portal.appPurged)
  async appPurged(ctx: Ctx, { app_id, developer_id }: AppPurged) {
    await this.record(ctx, 'developer-portal', {
      action: 'app.deleted',
      target_type: 'app',
      target_id: app_id,
      metadata: { developer_id },
    });
  }

  @OnEvent(connections.secretAccessed)
  async secretAccessed(ctx: Ctx, { app_id, name, scope, access }: SecretAccessed) {
    const entry = { action: `secret.${access}`, target_type: 'secret', target_id: `${app_id}/${name}`, metadata: { scope } };
    await this.record(ctx, 'connections', entry);
  }

  @OnEvent(marketplace.reportResolved)
  async reportResolved(ctx: Ctx, { report_id, app_id }: ReportResolution) {
    await this.record(ctx, 'marketplace', { action: 'report.resolved', target_type: 'app', target_id: app_id, metadata: { report_id } });
  }

  @OnEvent(kernel.conversationWasReset)
  async conversationWasReset(ctx: Ctx, { user_id, tenant_id }: ConversationWasReset) {
    await this.record(ctx, 'kernel', { action: 'conversation.reset', tenant_id, ...aboutUser(user_id) });
  }

  @OnEvent(nodes.nodeDecided)
  async nodeDecided(ctx: Ctx, { tenant_id, user_id, node_id, decision }: NodeDecided) {
    const entry = { action: `node.${decision}`, target_type: 'node', target_id: node_id, metadata: { user_id } };
    await this.record(ctx, 'nodes', { tenant_id, ...entry });
  }

  @OnEvent(coach.profileChanged)
  async profileChanged(ctx: Ctx, { tenant_id, user_id, profile_id, fields }: ProfileChanged) {
    const entry = { action: 'profile.changed', target_type: 'profile', target_id: profile_id, metadata: { user_id, fields } };
    await this.record(ctx, 'coach', { tenant_id, ...entry });
  }

  @OnEvent(registry.configChanged)
  async configChanged(ctx: Ctx, { scope, scope_id, paths }: ConfigChanged) {
    await this.record(ctx, 'registry', { action: 'config.changed', target_type: scope, target_id: scope_id, metadata: { paths } });
  }

  @OnEvent(models.modelSettingsSet)
  async modelSettingsSet(ctx: Ctx, { scope, scope_id, paths, updated_by }: ModelSettingsSet) {
    const metadata = { paths, updated_by };
    await this.record(ctx, 'models', { action: 'model_settings.changed', target_type: scope, target_id: scope_id, metadata });
  }

  @OnEvent(agent.tenantDefaultChanged)
  async tenantDefaultChanged(ctx: Ctx, { kind, id, act, fields }: TenantDefaultChanged) {
    const target_type = `tenant_${kind}`;
    await this.record(ctx, 'agent', { action: `${target_type}.${act}`, target_type, target_id: id, metadata: { fields } });
  }

  /** An event without a tenant goes to the operator's audit log. */
  private record(ctx: Ctx, source: string, entry: AuditEntry): Promise<void> {
    return this.audit.record(ctx, { tenant_id: ctx.tenant || OPERATOR_TENANT, source, ...entry });
  }
}
