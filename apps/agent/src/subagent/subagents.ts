import {
  MAX_SUBAGENTS,
  type ListSubagents,
  type SpawnSubagent,
  type Subagent,
  SubagentNotFound,
  TooManySubagents,
} from '@skep/contracts/agent';
import { type Ctx, Database, Runs, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ConversationRepository } from '../conversation/conversation.repository.js';
import { type Beginning, messageIdOf, type TurnResult } from '../turn/turn-kind.js';
import { TurnEnds } from '../turn/turn-ends.js';
import { Turns } from '../turn/turns.js';
import { SubagentEntity } from './subagent.entity.js';

const LOCK = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('subagents ' || :tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});

/** Subagents: turns in conversations of their own. Their state is that of their run, noted when someone looks. */
@Injectable()
export class Subagents {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly turns: Turns,
    private readonly ends: TurnEnds,
    private readonly conversations: ConversationRepository,
  ) {}

  /** @param id of a subagent that may have been spawned before @param beginning how its turn begins @throws Problem `too_many_subagents`, `conversation_not_found`, `agent_not_found` */
  async spawn(ctx: Ctx, input: SpawnSubagent, id: string = randomUUID(), beginning: Beginning = {}): Promise<Subagent> {
    const { task, parent_conversation_id, metadata, ...options } = input;
    if (parent_conversation_id !== undefined) await this.conversations.find(ctx, parent_conversation_id);
    return this.db.transaction(async () => {
      await this.db.rows(LOCK, ctx);
      const before = await this.rows().findOneBy({ id, tenant_id: ctx.tenant, user_id: ctx.user });
      if (before) return toSubagent(before);
      if ((await this.running(ctx)).length >= MAX_SUBAGENTS) throw TooManySubagents();
      const conversation = await this.conversations.create(ctx, { metadata: { subagent_id: id } }, { is_hidden: true });
      const conversation_id = conversation.id;
      const run_id = await this.turns.say(ctx, { ...options, conversation_id, content: task }, { ...beginning, key: `subagent ${id}` });
      const row = { id, tenant_id: ctx.tenant, user_id: ctx.user, conversation_id, run_id, task_description: task, metadata };
      await this.rows().insert({
        ...row,
        parent_conversation_id: parent_conversation_id ?? null,
        started_at: new Date(),
      } as SubagentEntity);
      return toSubagent(await this.rows().findOneByOrFail({ id }));
    });
  }

  async list(ctx: Ctx, { status, parent_id, limit }: ListSubagents): Promise<Subagent[]> {
    await this.running(ctx);
    const where = {
      tenant_id: ctx.tenant,
      user_id: ctx.user,
      ...(status && { status }),
      ...(parent_id && { parent_conversation_id: parent_id }),
    };
    return (await this.rows().find({ where, order: { created_at: 'desc', id: 'desc' }, take: limit })).map(toSubagent);
  }

  /** @throws Problem `subagent_not_found` */
  async find(ctx: Ctx, id: string): Promise<Subagent> {
    return toSubagent(await this.settle(ctx, await this.load(ctx, id)));
  }

  /** One that has ended stays as it is. @throws Problem `subagent_not_found` */
  async cancel(ctx: Ctx, id: string): Promise<Subagent> {
    const found = await this.settle(ctx, await this.load(ctx, id));
    if (found.status !== 'running') return toSubagent(found);
    await this.runs.cancel(found.run_id);
    return toSubagent(await this.end(found, { status: 'cancelled' }));
  }

  /** Waits for its end as long as the caller does. @throws Problem `subagent_not_found` */
  async wait(ctx: Ctx, id: string): Promise<Subagent> {
    const { status, run_id } = await this.load(ctx, id);
    if (status === 'running') await this.ends.wait(ctx, run_id).catch(() => undefined);
    return this.find(ctx, id);
  }

  /** Those that work. */
  private async running(ctx: Ctx): Promise<SubagentEntity[]> {
    const rows = await this.rows().findBy({ tenant_id: ctx.tenant, user_id: ctx.user, status: 'running' });
    const settled = [];
    for (const row of rows) settled.push(await this.settle(ctx, row));
    return settled.filter(({ status }) => status === 'running');
  }

  private async load(ctx: Ctx, id: string): Promise<SubagentEntity> {
    const found = await this.rows().findOneBy({ id, tenant_id: ctx.tenant, user_id: ctx.user });
    if (!found) throw SubagentNotFound();
    return found;
  }

  /** Notes how it has ended, if it has. */
  private async settle(ctx: Ctx, row: SubagentEntity): Promise<SubagentEntity> {
    if (row.status !== 'running') return row;
    const run = await this.runs.find(row.run_id);
    if (run && !run.ended_at) return row;
    const answer = await this.conversations.findMessage(ctx, messageIdOf(row.run_id));
    const { error } = (run?.result ?? {}) as Partial<TurnResult>;
    if (run?.status === 'cancelled') return this.end(row, { status: 'cancelled' });
    if (error || !answer) return this.end(row, { status: 'failed', error: error?.message ?? run?.error?.message ?? 'It was interrupted.' });
    return this.end(row, { status: 'completed', result: answer.content });
  }

  private async end(row: SubagentEntity, end: Partial<Pick<SubagentEntity, 'status' | 'result' | 'error'>>): Promise<SubagentEntity> {
    const ended = { ...end, completed_at: new Date() };
    const { id, tenant_id } = row;
    await this.rows().update({ id, tenant_id, status: 'running' }, ended);
    return this.rows().findOneByOrFail({ id, tenant_id });
  }

  private rows() {
    return this.db.repository(SubagentEntity);
  }
}

const toSubagent = ({ tenant_id: _, user_id: __, run_id: ___, metadata: ____, ...row }: SubagentEntity): Subagent => ({
  ...row,
  session_id: row.id,
});
