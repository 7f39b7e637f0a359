import { auth, type PersonRef } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { Bus, commitWithAnswer, type Ctx, Database, Handle, Handlers, Outbox, traceId } from '@skep/platform';
import { ConfirmationRepository } from '../confirmation/confirmation.repository.js';
import { CacheEntryEntity } from '../ext-cache/cache-entry.entity.js';
import { FeedEventEntity } from '../feed/feed-event.entity.js';
import { FeedRepository } from '../feed/feed.repository.js';
import { SkeletonSectionEntity } from '../skeleton/skeleton-section.entity.js';

@Handlers()
export class ConversationHandlers {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly confirmations: ConfirmationRepository,
    private readonly feed: FeedRepository,
    private readonly outbox: Outbox,
  ) {}

  @Handle(kernel.resetConversation)
  async resetConversation(ctx: Ctx, { user_id }: PersonRef) {
    const tenant_id = ctx.tenant;
    await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, { user_id, tenant_id });
    return commitWithAnswer(this.db, async () => {
      const waiting = await this.cancelCalls({ ...ctx, user: user_id });
      const redis_keys_deleted = await this.deleteState({ tenant_id, user_id });
      const payload = { scope: 'conversation', action: 'reset', id: user_id, actor: ctx.user || 'system', data: {} };
      await this.feed.add({ tenant_id, user_id, type: 'conversation.reset', payload, trace_id: traceId(ctx) });
      await this.outbox.add(kernel.conversationWasReset, ctx, { user_id, tenant_id });
      return { user_id, status: 'reset', redis_keys_deleted, workflow_terminated: waiting > 0 };
    });
  }

  private async cancelCalls(owner: Ctx): Promise<number> {
    const active = await this.confirmations.listActive(owner);
    for (const { id } of active) await this.confirmations.cancel(owner, id);
    return active.length;
  }

  private async deleteState(owner: { tenant_id: string; user_id: string }): Promise<number> {
    const deleted = [
      await this.db.repository(SkeletonSectionEntity).delete(owner),
      await this.db.repository(CacheEntryEntity).delete(owner),
      await this.db.repository(FeedEventEntity).delete({ ...owner, type: 'chat_message' }),
    ];
    return deleted.reduce((sum, { affected }) => sum + (affected ?? 0), 0);
  }
}
