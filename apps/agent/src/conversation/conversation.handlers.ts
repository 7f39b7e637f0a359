import {
  type AddMessage,
  agent,
  type ConversationList,
  type ConversationRef,
  type CreateConversation,
  type ListConversations,
  type ListMessages,
  type ListVersions,
  type SelectBranch,
  type UpdateConversation,
} from '@skep/contracts/agent';
import { type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import { BranchRepository } from './branch.repository.js';
import { ConversationRepository } from './conversation.repository.js';

@Handlers()
export class ConversationHandlers {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly conversations: ConversationRepository,
    private readonly branches: BranchRepository,
  ) {}

  @Handle(agent.createConversation)
  createConversation(ctx: Ctx, input: CreateConversation) {
    return this.db.transaction(async () => {
      const created = await this.conversations.create(ctx, input);
      const { tenant: tenant_id, user: user_id } = ctx;
      await this.outbox.add(agent.conversationCreated, ctx, { tenant_id, user_id, conversation_id: created.id });
      return created;
    });
  }

  @Handle(agent.listConversations)
  async listConversations(ctx: Ctx, input: ListConversations): Promise<ConversationList> {
    const { rows, total, total_capped = false, has_more, cursorAt } = await this.conversations.list(ctx, input);
    const next_cursor = has_more ? cursorAt!(rows.length - 1) : null;
    return { conversations: rows, ...(total !== undefined && { total }), total_capped, next_cursor };
  }

  @Handle(agent.getConversation)
  async getConversation(ctx: Ctx, { conversation_id }: ConversationRef) {
    const conversation = await this.conversations.find(ctx, conversation_id);
    const { rows } = await this.conversations.listMessages(ctx, conversation_id, {});
    return { ...conversation, messages: rows };
  }

  @Handle(agent.updateConversation)
  updateConversation(ctx: Ctx, { conversation_id, ...changes }: UpdateConversation) {
    return this.conversations.update(ctx, conversation_id, changes);
  }

  @Handle(agent.deleteConversation)
  async deleteConversation(ctx: Ctx, { conversation_id }: ConversationRef) {
    await this.conversations.delete(ctx, conversation_id);
    return {};
  }

  @Handle(agent.addMessage)
  addMessage(ctx: Ctx, { conversation_id, ...message }: AddMessage) {
    return this.conversations.add(ctx, conversation_id, message);
  }

  @Handle(agent.listMessages)
  listMessages(ctx: Ctx, { conversation_id, ...paging }: ListMessages) {
    return this.conversations.listMessages(ctx, conversation_id, paging);
  }

  @Handle(agent.listVersions)
  listVersions(ctx: Ctx, { conversation_id, ...paging }: ListVersions) {
    return this.conversations.listVersions(ctx, conversation_id, paging);
  }

  @Handle(agent.selectBranch)
  selectBranch(ctx: Ctx, { conversation_id, message_id }: SelectBranch) {
    return this.branches.select(ctx, conversation_id, message_id);
  }
}
