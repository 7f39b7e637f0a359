import { agent, type ConversationRef, type ExportConversation as Export, type SharedRef } from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ExportConversation } from './export-conversation.js';
import { Shares } from './shares.js';

@Handlers()
export class ShareHandlers {
  constructor(
    private readonly shares: Shares,
    private readonly exporting: ExportConversation,
  ) {}

  @Handle(agent.exportConversation)
  exportConversation(ctx: Ctx, input: Export) {
    return this.exporting.run(ctx, input);
  }

  @Handle(agent.shareConversation)
  shareConversation(ctx: Ctx, { conversation_id }: ConversationRef) {
    return this.shares.share(ctx, conversation_id);
  }

  @Handle(agent.unshareConversation)
  unshareConversation(ctx: Ctx, { conversation_id }: ConversationRef) {
    return this.shares.unshare(ctx, conversation_id);
  }

  @Handle(agent.readSharedConversation)
  readSharedConversation(_: Ctx, { token }: SharedRef) {
    return this.shares.read(token);
  }
}
