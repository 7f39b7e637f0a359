import { auth, type SessionRevoked } from '@skep/contracts/auth';
import { automation, type AutomationTriggered } from '@skep/contracts/automation';
import {
  type AutoTopupChanged,
  type BalanceChanged,
  billing,
  type PayoutStatusChanged,
  type SubscriptionChanged,
  type SubscriptionTransition,
} from '@skep/contracts/billing';
import { connections, type MailboxChanged } from '@skep/contracts/connections';
import type { FeedScope } from '@skep/contracts/kernel';
import { type DeployFinished, portal, type ReviewStatusChanged, type SuspensionChanged } from '@skep/contracts/portal';
import { type InstallChanged, registry } from '@skep/contracts/registry';
import { type Ctx, Handlers, OnEvent, traceId } from '@skep/platform';
import { FeedRepository } from './feed.repository.js';

interface UserRef {
  tenant_id: string;
  user_id: string;
}

/** The feed action of each transition of a subscription. */
const SUBSCRIPTION_ACTIONS: Readonly<Record<SubscriptionTransition, string>> = {
  subscribed: 'plan_changed',
  upgraded: 'plan_changed',
  downgrade_planned: 'plan_changed',
  cancelled: 'subscription_cancelled',
  resumed: 'subscription_resumed',
  renewed: 'subscription_renewed',
  past_due: 'subscription_past_due',
  expired: 'subscription_expired',
};

/** Adds events of other services to the feed of the user concerned. */
@Handlers()
export class FeedProjectionHandlers {
  constructor(private readonly feed: FeedRepository) {}

  @OnEvent(registry.installChanged)
  installChanged(ctx: Ctx, { tenant_id, user_id, installed, app_id, install_count, sequence }: InstallChanged) {
    const data = { app_id, installed, install_count, sequence };
    return this.addEvent(ctx, { tenant_id, user_id }, 'marketplace', installed ? 'installed' : 'uninstalled', app_id, data);
  }

  @OnEvent(portal.deployFinished)
  deployFinished(ctx: Ctx, { tenant_id, developer_id, deploy_id, app_id, status, error_message }: DeployFinished) {
    return this.addEvent(ctx, { tenant_id, user_id: developer_id }, 'developer', 'deploy_finished', deploy_id, {
      app_id,
      status,
      error_message,
    });
  }

  @OnEvent(portal.reviewStatusChanged)
  reviewStatusChanged(ctx: Ctx, { tenant_id, developer_id, app_id, decision, reason }: ReviewStatusChanged) {
    return this.addEvent(ctx, { tenant_id, user_id: developer_id }, 'developer', `app_${decision}`, app_id, { app_id, decision, reason });
  }

  @OnEvent(portal.suspensionChanged)
  suspensionChanged(ctx: Ctx, { tenant_id, developer_id, app_id, reason }: SuspensionChanged) {
    const action = reason === null ? 'app_restored' : 'app_suspended';
    return this.addEvent(ctx, { tenant_id, user_id: developer_id }, 'developer', action, app_id, { app_id, reason });
  }

  @OnEvent(billing.balanceChanged)
  balanceChanged(ctx: Ctx, { tenant_id, user_id, ...data }: BalanceChanged) {
    return this.addEvent(ctx, { tenant_id, user_id }, 'billing', 'balance_changed', data.transaction_id, data);
  }

  @OnEvent(billing.subscriptionChanged)
  subscriptionChanged(ctx: Ctx, { tenant_id, user_id, ...data }: SubscriptionChanged) {
    return this.addEvent(ctx, { tenant_id, user_id }, 'billing', SUBSCRIPTION_ACTIONS[data.move], data.plan, data);
  }

  @OnEvent(billing.payoutStatusChanged)
  payoutStatusChanged(ctx: Ctx, { tenant_id, developer_id, ...data }: PayoutStatusChanged) {
    return this.addEvent(ctx, { tenant_id, user_id: developer_id }, 'developer', `payout_${data.status}`, String(data.payout_id), data);
  }

  @OnEvent(billing.autoTopupChanged)
  autoTopupChanged(ctx: Ctx, { tenant_id, user_id, ...data }: AutoTopupChanged) {
    return this.addEvent(ctx, { tenant_id, user_id }, 'billing', 'auto_topup_changed', user_id, data);
  }

  @OnEvent(auth.sessionRevoked)
  sessionRevoked(ctx: Ctx, { tenant_id, user_id, session_id, reason }: SessionRevoked) {
    return this.addEvent(ctx, { tenant_id, user_id }, 'auth', 'session_revoked', session_id, { session_id, reason });
  }

  @OnEvent(automation.automationTriggered)
  automationTriggered(ctx: Ctx, { tenant_id, user_id, ...data }: AutomationTriggered) {
    return this.addEvent(ctx, { tenant_id, user_id }, 'automation', 'triggered', data.execution_id, data);
  }

  @OnEvent(connections.mailboxChanged)
  mailboxChanged(ctx: Ctx, { tenant_id, user_id, ...data }: MailboxChanged) {
    return this.addEvent(ctx, { tenant_id, user_id }, 'connections', 'mailbox_changed', data.account_id, data);
  }

  private async addEvent(ctx: Ctx, user: UserRef, scope: FeedScope, action: string, id: string, data: object): Promise<void> {
    await this.feed.add({
      ...user,
      trace_id: traceId(ctx),
      type: `${scope}.${action}`,
      payload: { scope, action, id, actor: 'system', data },
    });
  }
}
