import { InvalidInput } from '@skep/contracts';
import {
  automation,
  type CreateCronJob,
  type CronJob,
  type CronState,
  JobNotFound,
  type ListCronJobRuns,
  type QueueJobRef,
  type RotateCronJobSecret,
  TooManyJobs,
  type UpdateCronJob,
} from '@skep/contracts/automation';
import { type Ctx, Database, Handle, Handlers, OnRun, type Run, runKind, Schedules, Slots } from '@skep/platform';
import { Happenings } from '../happening/happenings.js';
import { assertAction, typeOf } from '../job/action.js';
import type { JobEntity } from '../job/job.entity.js';
import { JobRepository } from '../job/job.repository.js';
import { Queue } from '../queue/queue.js';
import { cronOf, type JobSchedule, readSchedule, timingOf } from './cron-timing.js';

/** A cron job is due. */
export const CRON = runKind<{ job_id: string; due_at?: string }>('automation.cron');
const TICK_S = 1;

@Handlers()
export class CronHandlers {
  constructor(
    private readonly db: Database,
    private readonly schedules: Schedules,
    private readonly jobs: JobRepository,
    private readonly queue: Queue,
    private readonly happenings: Happenings,
  ) {}

  /** Starts the run of a slot, or notes why it does not run: a slot has one row. */
  @OnRun(CRON)
  async fire(run: Run, { job_id, due_at = '' }: { job_id: string; due_at?: string }): Promise<void> {
    const start = async () => {
      const job = await this.jobs.findForRun(run.ctx.tenant, job_id);
      if (!job?.enabled) return;
      const slot = { ...workOf(job, due_at), due_at: new Date(due_at) };
      if (job.overlap === 'skip' && (await this.queue.isBusy(job.id))) {
        await this.queue.skip(run.ctx, slot, 'Skipped: the former run has not ended.');
      } else if (await this.queue.isFull(run.ctx)) {
        await this.queue.skip(run.ctx, slot, 'Skipped: your queue is full.');
      } else {
        await this.queue.submit(run.ctx, slot);
        await this.jobs.noteFired(job.id);
        await this.happenings.note(run.ctx, 'cron.fired', { job_id: job.id, name: job.name, due_at });
      }
    };
    await run.commit('start', start);
  }

  @Handle(automation.createCronJob)
  createCronJob(ctx: Ctx, input: CreateCronJob) {
    const { name, action, enabled = true, task, overlap, missed, metadata } = input;
    const action_config = { ...input.action_config, ...(task !== undefined && { message: task }) };
    if (action === 'agent' && action_config.message === undefined) throw missingTask();
    assertAction(action, action_config);
    const { kind, value, timezone } = readSchedule(input);
    const options = { ...(overlap && { overlap }), ...(missed && { missed }), ...(metadata && { metadata }) };
    const schedule = { schedule_kind: kind, schedule_value: value, timezone, armed_at: new Date() };
    const job = { name, trigger: 'schedule' as const, action, action_config, enabled, ...schedule, ...options };
    return this.db.transaction(async () => {
      const created = await this.jobs.create(ctx, job, TooManyJobs);
      await this.arm(ctx, created);
      return { ...toCronJob(created), ...(created.sealed_secret !== null && { signing_secret: created.sealed_secret }) };
    });
  }

  @Handle(automation.listCronJobs)
  async listCronJobs(ctx: Ctx) {
    const jobs = (await this.jobs.list(ctx, 'schedule')).map(toCronJob);
    return { jobs, count: jobs.length };
  }

  @Handle(automation.getCronJob)
  async getCronJob(ctx: Ctx, { job_id }: QueueJobRef) {
    return toCronJob(await this.find(ctx, job_id));
  }

  @Handle(automation.updateCronJob)
  updateCronJob(ctx: Ctx, { job_id, schedule, schedule_kind, schedule_value, timezone, task, ...changes }: UpdateCronJob) {
    return this.db.transaction(async () => {
      const job = await this.find(ctx, job_id);
      const action_config = { ...(changes.action_config ?? job.action_config), ...(task !== undefined && { message: task }) };
      assertAction(job.action, action_config);
      const sent = { ...(schedule !== undefined && { schedule }), ...(schedule_kind && { schedule_kind }) };
      const rest = { ...(schedule_value !== undefined && { schedule_value }), ...(timezone !== undefined && { timezone }) };
      const { kind, value, timezone: zone } = readSchedule({ ...sent, ...rest }, scheduleOf(job));
      const isMoved = kind !== job.schedule_kind || value !== job.schedule_value || zone !== job.timezone;
      const isResumed = changes.enabled === true && !job.enabled;
      const moved = { schedule_kind: kind, schedule_value: value, timezone: zone, ...((isMoved || isResumed) && { armed_at: new Date() }) };
      const changed = await this.jobs.update(job, { ...changes, ...moved, action_config });
      await this.arm(ctx, changed);
      return toCronJob(changed);
    });
  }

  @Handle(automation.rotateCronJobSecret)
  async rotateCronJobSecret(ctx: Ctx, { job_id, overlap_hours }: RotateCronJobSecret) {
    return this.jobs.rotateSecret(await this.find(ctx, job_id), overlap_hours);
  }

  @Handle(automation.deleteCronJob)
  deleteCronJob(ctx: Ctx, { job_id }: QueueJobRef) {
    return this.db.transaction(async () => {
      const job = await this.find(ctx, job_id);
      await this.schedules.remove(ctx, keyOf(job));
      await this.jobs.delete(job);
      return { status: 'deleted' };
    });
  }

  @Handle(automation.runCronJob)
  runCronJob(ctx: Ctx, { job_id }: QueueJobRef) {
    return this.db.transaction(async () => {
      const job = await this.find(ctx, job_id);
      await this.queue.submit(ctx, workOf(job, null));
      await this.jobs.noteFired(job.id);
      return { status: 'executed', job_id };
    });
  }

  @Handle(automation.listCronJobRuns)
  async listCronJobRuns(ctx: Ctx, { job_id, limit }: ListCronJobRuns) {
    const { id } = await this.find(ctx, job_id);
    const jobs = await this.queue.list(ctx, { job_id: id }, limit);
    return { jobs, count: jobs.length };
  }

  @Handle(automation.getCronState)
  async getCronState(ctx: Ctx): Promise<CronState> {
    const jobs = await this.jobs.list(ctx, 'schedule');
    const enabled_jobs = jobs.filter(({ enabled }) => enabled).length;
    return { running: true, total_jobs: jobs.length, enabled_jobs, tick_interval: TICK_S };
  }

  /** Sets the times of a job, or removes them. */
  private async arm(ctx: Ctx, job: JobEntity): Promise<void> {
    const key = keyOf(job);
    if (!job.enabled) return void (await this.schedules.remove(ctx, key));
    const timing = timingOf(scheduleOf(job), job.armed_at);
    // A slot only adds to the queue: whether it may while a former one runs is decided there.
    await this.schedules.set(
      { ...ctx, actor: 'service:automation' },
      {
        ...{ key, kind: CRON, input: { job_id: job.id }, timing },
        ...{ overlap: 'queue', missed: job.missed },
      },
    );
  }

  private find(ctx: Ctx, id: string) {
    return this.jobs.find(ctx, 'schedule', id, JobNotFound);
  }
}

const keyOf = ({ id }: JobEntity) => `job ${id}`;
const scheduleOf = ({ schedule_kind, schedule_value, timezone }: JobEntity): JobSchedule => ({
  kind: schedule_kind as JobSchedule['kind'],
  value: schedule_value ?? '',
  timezone,
});
const missingTask = () => InvalidInput([{ loc: ['task'], msg: 'Send task, or a message in action_config', type: 'missing' }]);

/** The work of one run. @param due_at its slot; null if a person runs it */
function workOf({ id, name, action, action_config, conversation_id }: JobEntity, due_at: string | null) {
  const payload = { ...(conversation_id !== null && { conversation_id }), ...action_config };
  const data = { job_id: id, name, due_at };
  // An agent's task is no template, because its payload comes from nowhere else.
  const event = typeOf(action) === 'webhook' ? { type: 'cron.fired', timestamp: new Date().toISOString(), data } : null;
  return { type: typeOf(action), payload, event, job_id: id };
}

function toCronJob(job: JobEntity): CronJob {
  const schedule = scheduleOf(job);
  const { kind, value } = schedule;
  const next_run = job.enabled ? (new Slots(timingOf(schedule, job.armed_at)).after(new Date()) ?? null) : null;
  const task = typeof job.action_config['message'] === 'string' ? job.action_config['message'] : null;
  const times = { schedule: { kind, value }, schedule_kind: kind, schedule_value: value, cron: cronOf(schedule) ?? null };
  return { ...job, ...times, next_run, task };
}
