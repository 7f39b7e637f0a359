import type { Happening, HappeningType } from '@skep/contracts/automation';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { typeOf } from '../job/action.js';
import { JobEntity } from '../job/job.entity.js';
import { JobRepository } from '../job/job.repository.js';
import { Queue } from '../queue/queue.js';
import { HappeningEntity } from './happening.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** How often a rule fires within an hour: a rule that causes its own events stops there. */
const FIRED_MAX = 120;
/** Events that contain only what their person, or Skep, wrote. */
const OWN: readonly HappeningType[] = ['cron.fired', 'conversation.created', 'node.connected', 'node.disconnected'];

/** Returns the rules of the person that wait for it. */
const NOTE = statement(
  `with noted as (
     insert into happening (id, tenant_id, user_id, type, data) values (:id, :tenant_id, :user_id, :type, :data::jsonb))
   select * from job where tenant_id = :tenant_id and user_id = :user_id and trigger = 'event' and event_type = :type and enabled`,
  JobEntity,
);

/** What has happened to people, and the rules that wait for it. */
@Injectable()
export class Happenings {
  constructor(
    private readonly db: Database,
    private readonly jobs: JobRepository,
    private readonly queue: Queue,
  ) {}

  /** Notes an event, and starts what its person's rules do at it, in the current transaction. */
  async note(ctx: Ctx, type: HappeningType, data: Record<string, unknown>): Promise<void> {
    const { tenant: tenant_id, user: user_id } = ctx;
    const id = randomUUID();
    const waiting = await this.db.rows(NOTE, { id, tenant_id, user_id, type, data: JSON.stringify(data) });
    const event = { id, type, timestamp: new Date().toISOString(), data };
    for (const rule of waiting) if (isMatch(rule.filters, data)) await this.fire(ctx, rule, event, !OWN.includes(type));
  }

  /** The newest first. */
  async list({ tenant: tenant_id, user: user_id }: Owner, limit: number): Promise<Happening[]> {
    const found = await this.rows().find({ where: { tenant_id, user_id }, order: { created_at: 'desc', id: 'desc' }, take: limit });
    return found.map(({ id, type, data, created_at }) => ({ id, type, data, timestamp: created_at }));
  }

  private async fire(ctx: Ctx, rule: JobEntity, event: Record<string, unknown>, tainted: boolean): Promise<void> {
    if ((await this.queue.countRecent(rule.id)) >= FIRED_MAX || (await this.queue.isFull(ctx))) return;
    const { id, action, action_config, conversation_id } = rule;
    const payload = { ...(conversation_id !== null && { conversation_id }), ...action_config };
    await this.queue.submit(ctx, { type: typeOf(action), payload, event, tainted, job_id: id });
    await this.jobs.noteFired(id);
  }

  private rows() {
    return this.db.repository(HappeningEntity);
  }
}

/** Whether an event has all fields of a filter, with these values. */
const isMatch = (filters: Record<string, unknown>, data: Record<string, unknown>): boolean =>
  Object.entries(filters).every(([name, value]) => Object.hasOwn(data, name) && isDeepStrictEqual(data[name], value));
