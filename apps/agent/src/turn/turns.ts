import { type EditChat, MessageNotFound, NoTurn, type RegenerateChat, type Say, type TurnOptions } from '@skep/contracts/agent';
import { type Ctx, Database, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AgentRepository, DEFAULT_AGENT } from '../agent/agent.repository.js';
import { BranchRepository } from '../conversation/branch.repository.js';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { type Beginning, laneOf, TURN } from './turn-kind.js';

/** Starts turns of agents, and ends them early. */
@Injectable()
export class Turns {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly agents: AgentRepository,
    private readonly conversations: ConversationRepository,
    private readonly branches: BranchRepository,
  ) {}

  /** Adds what a person says, and starts the turn that answers. @returns its run @throws Problem `conversation_not_found`, `agent_not_found` */
  async say(ctx: Ctx, { content, ...options }: Say, { is_outside = false, opens, surface, ...beginning }: Beginning = {}): Promise<string> {
    const said_id = randomUUID();
    const { conversation_id: id } = options;
    const metadata = surface === undefined ? {} : { surface };
    const add = async () => {
      if (opens) await this.conversations.create(ctx, opens, { id });
      await this.conversations.add(ctx, id, { id: said_id, role: 'user', content, is_outside, metadata });
    };
    return this.start(ctx, options, said_id, add, beginning);
  }

  /** Says something else instead, on a branch of its own. @throws Problem `conversation_not_found`, `agent_not_found`, `message_not_found` */
  async edit(ctx: Ctx, { message_id, content, ...options }: EditChat): Promise<string> {
    const said_id = randomUUID();
    const { conversation_id } = options;
    return this.start(ctx, options, said_id, async () => {
      await this.replaceTurn(ctx, conversation_id);
      await this.branches.leaveAt(ctx, conversation_id, message_id);
      await this.conversations.add(ctx, conversation_id, { id: said_id, role: 'user', content });
    });
  }

  /** Starts another turn for a question, by default the last one. @throws Problem `conversation_not_found`, `agent_not_found`, `no_turn`, `message_not_found` */
  async regenerate(ctx: Ctx, { message_id, ...options }: RegenerateChat): Promise<string> {
    const { conversation_id } = options;
    await this.conversations.find(ctx, conversation_id);
    return this.db.transaction(async () => {
      const question = await this.branches.questionOf(ctx, conversation_id, message_id);
      if (!question) throw message_id === undefined ? NoTurn() : MessageNotFound();
      return this.start(ctx, options, question.id, async () => {
        await this.replaceTurn(ctx, conversation_id);
        await this.branches.leaveAfter(ctx, conversation_id, question);
      });
    });
  }

  /** Cancels the newest turn of a conversation. False if it has ended. @throws Problem `conversation_not_found`, `no_turn` */
  async cancel(ctx: Ctx, conversation_id: string): Promise<boolean> {
    return this.runs.cancel(await this.conversations.findRun(ctx, conversation_id));
  }

  /** What the newest turn has said so far stays with the branch that is left. */
  private async replaceTurn(ctx: Ctx, conversation_id: string): Promise<void> {
    const run_id = await this.conversations.newestRun(ctx, conversation_id);
    if (run_id !== null) await this.runs.cancel(run_id);
  }

  private async start(
    ctx: Ctx,
    { conversation_id, agent_id = DEFAULT_AGENT, ...options }: TurnOptions,
    said_id: string,
    begin: () => Promise<unknown>,
    { key, ...beginning }: Omit<Beginning, 'is_outside' | 'opens' | 'surface'> = {},
  ): Promise<string> {
    await this.agents.find(ctx, agent_id);
    return this.db.transaction(async () => {
      const input = { conversation_id, agent_id, said_id, options, scopes: ctx.scopes, ...beginning };
      const { id, outcome } = await this.runs.start(TURN, ctx, input, { lane: laneOf(conversation_id), ...(key && { key }) });
      // A request that was repeated under its Idempotency-Key has said it before.
      if (outcome === 'started') {
        await begin();
        await this.conversations.setRun(ctx, conversation_id, id);
      }
      return id;
    });
  }
}
