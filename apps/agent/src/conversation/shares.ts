import {
  type Conversation,
  type ConversationLink,
  ConversationNotFound,
  type SharedConversation,
  type SharedMessage,
} from '@skep/contracts/agent';
import { type Ctx, Database, siteOf, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { AgentConfig } from '../agent.config.js';
import { ConversationRepository, MINE } from './conversation.repository.js';
import { type Line, Transcripts } from './transcripts.js';

const TOKEN_BYTES = 32;
const SHARE = statement(
  `update conversation set share_hash = :hash, shared_at = clock_timestamp() where id = :conversation_id and ${MINE} returning shared_at`,
  { shared_at: 'timestamptz' },
);
const UNSHARE = statement(`update conversation set share_hash = null, shared_at = null where id = :conversation_id and ${MINE}`);
const FIND = statement(`select id, tenant_id, user_id, title, shared_at from conversation where share_hash = :hash`, {
  id: 'text',
  tenant_id: 'text',
  user_id: 'text',
  title: 'text?',
  shared_at: 'timestamptz',
});

/** Links to conversations: who knows the token of one reads what was said until it was made. */
@Injectable()
export class Shares {
  constructor(
    private readonly db: Database,
    private readonly config: AgentConfig,
    private readonly conversations: ConversationRepository,
    private readonly transcripts: Transcripts,
  ) {}

  /** Makes a link; the former one stops working. @throws Problem `conversation_not_found` */
  async share({ tenant, user }: Ctx, conversation_id: string): Promise<ConversationLink> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const shared = await this.db.row(SHARE, { hash: hashOf(token), conversation_id, tenant, user });
    if (!shared) throw ConversationNotFound();
    return { token, url: `${siteOf(this.config)}/api/shared/${token}`, ...shared };
  }

  /** @throws Problem `conversation_not_found` */
  async unshare(ctx: Ctx, conversation_id: string): Promise<Conversation> {
    await this.db.rows(UNSHARE, { conversation_id, tenant: ctx.tenant, user: ctx.user });
    return this.conversations.find(ctx, conversation_id);
  }

  /** @throws Problem `conversation_not_found`, `answer_too_large` */
  async read(token: string): Promise<SharedConversation> {
    const shared = await this.db.acrossTenants(() => this.db.row(FIND, { hash: hashOf(token) }));
    if (!shared) throw ConversationNotFound();
    const { id, tenant_id: tenant, user_id: user, title, shared_at } = shared;
    const lines = await this.db.inTenant(tenant, () => this.transcripts.read({ tenant, user }, id, shared_at));
    return { title, shared_at, messages: lines.filter(isShown) };
  }
}

/** Instructions of clients are not for others. */
const isShown = (line: Line): line is Line & SharedMessage => line.role !== 'system';

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
