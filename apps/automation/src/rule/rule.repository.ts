import { Automation, AutomationNotFound, type RuleStatus } from '@skep/contracts/automation';
import { type Ctx, Database, defineList, newCtx, type Paging, runKind, Schedules, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { IsNull } from 'typeorm';
import { eventTypeOf, timingOf } from './rule-input.js';
import { RuleEntity } from './rule.entity.js';

/** A rule is due at a set time. */
export const FIRE = runKind<{ rule_id: number; due_at?: string }>('automation.fire');

const COLUMNS = `id, tenant_id, user_id, prompt, interpretation, trigger_filter, actions, status, cooldown_seconds, max_per_hour, max_iterations,
  notify_mode, trigger_count, last_triggered_at, last_error, created_at, updated_at`;
const RULES = defineList({ select: COLUMNS, from: 'rule', orders: { id: [['id', 'int8', 'asc']] } }, Automation);

const LOCK_OWNER = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended(:tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});
const ANNOUNCE = statement('update feed_position set version = version + 1');

type Owner = Pick<Ctx, 'tenant' | 'user'>;
/** A rule as its creator gives it. */
export type NewRule = Pick<
  RuleEntity,
  'prompt' | 'interpretation' | 'trigger_filter' | 'actions' | 'cooldown_seconds' | 'max_per_hour' | 'max_iterations' | 'notify_mode'
> & { status: RuleStatus; app_id?: string };
export type RuleChanges = Partial<NewRule & Pick<RuleEntity, 'trigger_count' | 'last_error'>>;

@Injectable()
export class RuleRepository {
  constructor(
    private readonly db: Database,
    private readonly schedules: Schedules,
  ) {}

  /** How many a user has made. In a transaction it stays so until the end, if all who create rules ask. */
  async countLocked({ tenant, user }: Owner): Promise<number> {
    await this.db.rows(LOCK_OWNER, { tenant, user });
    return this.count({ tenant, user });
  }

  count({ tenant, user }: Owner): Promise<number> {
    return this.db.inTenant(tenant, () => this.db.repository(RuleEntity).countBy({ tenant_id: tenant, user_id: user, app_id: IsNull() }));
  }

  /** Adds a rule in the current transaction. */
  create({ tenant, user }: Owner, rule: NewRule): Promise<RuleEntity> {
    const event_type = rule.trigger_filter && eventTypeOf(rule.trigger_filter);
    return this.db.inTenant(tenant, async () => {
      const rules = this.db.repository(RuleEntity);
      const { id } = await rules.save(rules.create({ ...rule, event_type, tenant_id: tenant, user_id: user }));
      const created = await rules.findOneByOrFail({ id });
      await this.arm(created);
      return created;
    });
  }

  /** Replaces the rules that an app declares for a user. Those that it still declares stay as they are: paused, or resumed. */
  replaceOfApp({ tenant, user }: Owner, app_id: string, rules: NewRule[]): Promise<void> {
    const replace = async () => {
      await this.countLocked({ tenant, user });
      const former = await this.db.repository(RuleEntity).findBy({ tenant_id: tenant, user_id: user, app_id });
      for (const rule of former) if (!rules.some((declared) => isSame(rule, declared))) await this.delete(rule);
      for (const rule of rules) if (!former.some((known) => isSame(known, rule))) await this.create({ tenant, user }, { ...rule, app_id });
    };
    return this.db.inTenant(tenant, () => this.db.transaction(replace));
  }

  list({ tenant, user }: Owner): Promise<RuleEntity[]> {
    return this.db.repository(RuleEntity).find({ where: { tenant_id: tenant, user_id: user }, order: { id: 'asc' } });
  }

  /** The rules of all users of a tenant. */
  listOfTenant(tenant: string, status: RuleStatus | undefined, paging: Paging) {
    const where = ['tenant_id = :tenant', status && 'status = :status'];
    return this.db.inTenant(tenant, () => this.db.page(RULES, { order: 'id', where, values: { tenant, status } }, paging));
  }

  /** A rule of the caller; a service that acts for no one finds all. @throws Problem `automation_not_found` */
  async find({ tenant, user, actor }: Pick<Ctx, 'tenant' | 'user' | 'actor'>, id: number): Promise<RuleEntity> {
    const isService = !user && actor.startsWith('service:');
    const find = () => this.db.repository(RuleEntity).findOneBy(isService ? { id } : { id, tenant_id: tenant, user_id: user });
    const rule = await (isService ? this.db.acrossTenants(find) : this.db.inTenant(tenant, find));
    if (!rule) throw AutomationNotFound();
    return rule;
  }

  /** A rule of a tenant, for a service. @throws Problem `automation_not_found` */
  async findIn(tenant: string, ctx: Ctx, id: number): Promise<RuleEntity> {
    const rule = await this.find(ctx, id);
    if (rule.tenant_id !== tenant) throw AutomationNotFound();
    return rule;
  }

  /** Changes a rule in the current transaction, and what triggers it accordingly. */
  update({ id, tenant_id, status }: RuleEntity, changes: RuleChanges): Promise<RuleEntity> {
    return this.db.inTenant(tenant_id, async () => {
      const rules = this.db.repository(RuleEntity);
      const { trigger_filter } = changes;
      const isActivated = changes.status === 'active' && status !== 'active';
      await rules.update(
        { id, tenant_id },
        {
          ...changes,
          ...(trigger_filter && { event_type: eventTypeOf(trigger_filter) }),
          ...((isActivated || trigger_filter) && { active_since: new Date() }),
          updated_at: new Date(),
        },
      );
      const changed = await rules.findOneByOrFail({ id });
      if (changes.status || trigger_filter) await this.arm(changed);
      return changed;
    });
  }

  /** Deletes a rule with its executions, in the current transaction. */
  async delete(rule: RuleEntity): Promise<void> {
    const { id, tenant_id } = rule;
    await this.db.inTenant(tenant_id, async () => {
      await this.schedules.remove(ownerOf(rule), scheduleOf(rule));
      await this.db.repository(RuleEntity).delete({ id, tenant_id });
    });
  }

  /** Sets the times of a rule, or tells those who read the feed that it waits for events. */
  private async arm(rule: RuleEntity): Promise<void> {
    const timing = rule.status === 'active' && rule.trigger_filter && timingOf(rule.trigger_filter);
    // A time that has passed does not come again when the rule is resumed.
    const isOver = timing && 'at' in timing && new Date(timing.at) <= new Date();
    if (timing && !isOver) {
      const schedule = { key: scheduleOf(rule), kind: FIRE, input: { rule_id: rule.id }, timing, overlap: 'queue' as const };
      await this.schedules.set(ownerOf(rule), schedule);
    } else await this.schedules.remove(ownerOf(rule), scheduleOf(rule));
    if (rule.status === 'active' && rule.event_type !== null) await this.db.rows(ANNOUNCE);
  }
}

const ownerOf = ({ tenant_id, user_id }: RuleEntity) => newCtx({ tenant: tenant_id, user: user_id, actor: 'service:automation' });
const scheduleOf = ({ id }: RuleEntity) => `rule ${id}`;

type Declaration = Pick<RuleEntity, 'prompt' | 'interpretation' | 'trigger_filter' | 'actions'>;
/** The interpretation also says what it costs. */
const isSame = (rule: Declaration, other: Declaration) => isDeepStrictEqual(declarationOf(rule), declarationOf(other));
const declarationOf = ({ prompt, interpretation, trigger_filter, actions }: Declaration): unknown =>
  JSON.parse(JSON.stringify([prompt, interpretation, trigger_filter, actions]));
