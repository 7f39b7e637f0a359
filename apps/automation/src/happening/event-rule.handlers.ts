import { InvalidInput } from '@skep/contracts';
import {
  automation,
  type CreateEventRule,
  type EventRule,
  EventRuleNotFound,
  type EventRuleRef,
  HAPPENING_TYPES,
  type ListEventRuleRuns,
  type ListHappenings,
  type RotateEventRuleSecret,
  RULE_ACTIONS,
  TooManyRules,
  type UpdateEventRule,
} from '@skep/contracts/automation';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { assertAction } from '../job/action.js';
import type { JobEntity } from '../job/job.entity.js';
import { JobRepository } from '../job/job.repository.js';
import { Queue } from '../queue/queue.js';
import { Happenings } from './happenings.js';

@Handlers()
export class EventRuleHandlers {
  constructor(
    private readonly db: Database,
    private readonly jobs: JobRepository,
    private readonly queue: Queue,
    private readonly happenings: Happenings,
  ) {}

  @Handle(automation.createEventRule)
  createEventRule(ctx: Ctx, rule: CreateEventRule) {
    assertType(rule.event_type);
    assertAction(rule.action, rule.action_config);
    return this.db.transaction(async () => {
      const created = await this.jobs.create(ctx, { ...rule, trigger: 'event' }, TooManyRules);
      return { ...toRule(created), ...(created.sealed_secret !== null && { signing_secret: created.sealed_secret }) };
    });
  }

  @Handle(automation.listEventRules)
  async listEventRules(ctx: Ctx) {
    const rules = (await this.jobs.list(ctx, 'event')).map(toRule);
    return { rules, count: rules.length };
  }

  @Handle(automation.getEventRule)
  async getEventRule(ctx: Ctx, { rule_id }: EventRuleRef) {
    return toRule(await this.find(ctx, rule_id));
  }

  @Handle(automation.updateEventRule)
  updateEventRule(ctx: Ctx, { rule_id, ...changes }: UpdateEventRule) {
    return this.db.transaction(async () => {
      const rule = await this.find(ctx, rule_id);
      if (changes.event_type !== undefined) assertType(changes.event_type);
      if (changes.action_config) assertAction(rule.action, changes.action_config);
      return toRule(await this.jobs.update(rule, changes));
    });
  }

  @Handle(automation.rotateEventRuleSecret)
  async rotateEventRuleSecret(ctx: Ctx, { rule_id, overlap_hours }: RotateEventRuleSecret) {
    return this.jobs.rotateSecret(await this.find(ctx, rule_id), overlap_hours);
  }

  @Handle(automation.deleteEventRule)
  async deleteEventRule(ctx: Ctx, { rule_id }: EventRuleRef) {
    await this.jobs.delete(await this.find(ctx, rule_id));
    return { status: 'deleted' };
  }

  @Handle(automation.listEventRuleRuns)
  async listEventRuleRuns(ctx: Ctx, { rule_id, limit }: ListEventRuleRuns) {
    const { id: job_id } = await this.find(ctx, rule_id);
    const jobs = await this.queue.list(ctx, { job_id }, limit);
    return { jobs, count: jobs.length };
  }

  @Handle(automation.getEventRuleTypes)
  getEventRuleTypes() {
    return Promise.resolve({ event_types: [...HAPPENING_TYPES], action_types: [...RULE_ACTIONS] });
  }

  @Handle(automation.listHappenings)
  async listHappenings(ctx: Ctx, { limit }: ListHappenings) {
    const events = await this.happenings.list(ctx, limit);
    return { events, count: events.length };
  }

  private find(ctx: Ctx, id: string) {
    return this.jobs.find(ctx, 'event', id, EventRuleNotFound);
  }
}

/** @throws Problem `invalid_input` */
function assertType(type: string): void {
  if ((HAPPENING_TYPES as readonly string[]).includes(type)) return;
  throw InvalidInput([{ loc: ['event_type'], msg: `Send one of ${HAPPENING_TYPES.join(', ')}`, type: 'value_error' }]);
}

const toRule = ({ run_count, last_run, event_type, ...rule }: JobEntity): EventRule => ({
  ...rule,
  event_type: event_type ?? '',
  fire_count: run_count,
  last_fired: last_run,
});
