import { BadRequest } from '@skep/contracts';
import {
  automation,
  type CleanUpQueue,
  JobNotFound,
  type ListQueueJobs,
  NotReplayable,
  type QueueJobRef,
  type QueueState,
  type QueueType,
  type SubmitQueueJob,
} from '@skep/contracts/automation';
import { type Ctx, Handle, Handlers, OnRun, type Run } from '@skep/platform';
import { assertAction } from '../job/action.js';
import { JobRepository } from '../job/job.repository.js';
import { Perform } from './perform.js';
import { Queue, toQueueJob, WORK } from './queue.js';

const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 300_000;
/** Attempts of one try, while what it needs is temporarily unavailable. */
const ATTEMPTS_MAX = 15;

@Handlers()
export class QueueHandlers {
  constructor(
    private readonly queue: Queue,
    private readonly jobs: JobRepository,
    private readonly performer: Perform,
  ) {}

  /** Does the most urgent work of a person. Tries that fail are repeated after growing pauses. */
  @OnRun(WORK)
  async work(run: Run): Promise<void> {
    const work = await run.commit('claim', async () => (await this.queue.claim(run.ctx)) ?? null);
    if (!work) return;
    for (let n = 1; ; n++) {
      const outcome = await run.step(`try ${n}`, (step) => this.performer.try(step, work, run.attempt >= ATTEMPTS_MAX));
      if (outcome.error === undefined || !outcome.retryable || n > work.max_retries) {
        const end = async () => {
          await this.queue.end(work.id, n, outcome);
          if (work.job_id !== null) await this.jobs.noteSettled(work.job_id, outcome.error ?? null);
        };
        return run.commit('end', end);
      }
      await run.sleep(`pause ${n}`, Math.min(PAUSE_MS * 2 ** (n - 1), PAUSE_MAX_MS));
    }
  }

  @Handle(automation.submitQueueJob)
  submitQueueJob(ctx: Ctx, { type, payload, priority, max_retries }: SubmitQueueJob) {
    assertAction(type, payload, 'payload');
    return this.queue.submit(ctx, { type, payload, priority, max_retries });
  }

  @Handle(automation.listQueueJobs)
  async listQueueJobs(ctx: Ctx, { status, type, limit }: ListQueueJobs) {
    const jobs = await this.queue.list(ctx, { ...(status && { status }), ...(type && { type: type as QueueType }) }, limit);
    return { jobs, count: jobs.length };
  }

  @Handle(automation.getQueueJob)
  async getQueueJob(ctx: Ctx, { job_id }: QueueJobRef) {
    return toQueueJob(await this.find(ctx, job_id));
  }

  @Handle(automation.cancelQueueJob)
  async cancelQueueJob(ctx: Ctx, { job_id }: QueueJobRef) {
    if (!(await this.queue.cancel(ctx, job_id))) throw BadRequest('Job not found or not in pending state');
    return { status: 'cancelled', job_id };
  }

  @Handle(automation.replayQueueJob)
  async replayQueueJob(ctx: Ctx, { job_id }: QueueJobRef) {
    const { ended_at, message_id, job_id: started_by, ...work } = await this.find(ctx, job_id);
    if (!ended_at) throw NotReplayable();
    const { type, payload, event, tainted, priority, max_retries } = work;
    // The receiver of a request recognises it.
    const repeated = { message_id: message_id ?? job_id, job_id: started_by };
    return this.queue.submit(ctx, { type, payload, event, tainted, priority, max_retries, ...repeated });
  }

  @Handle(automation.cleanUpQueue)
  async cleanUpQueue(ctx: Ctx, { max_age_days }: CleanUpQueue) {
    return { removed: await this.queue.cleanUp(ctx, max_age_days) };
  }

  @Handle(automation.getQueueState)
  async getQueueState(ctx: Ctx): Promise<QueueState> {
    const counts = await this.queue.countByStatus(ctx);
    const of = (status: string) => counts.get(status) ?? 0;
    const state = { pending: of('pending'), running: of('running'), completed: of('completed'), failed: of('failed') };
    return { backend: 'postgres', ...state, cancelled: of('cancelled') };
  }

  private async find(ctx: Ctx, id: string) {
    const job = await this.queue.find(ctx, id);
    if (!job) throw JobNotFound();
    return job;
  }
}
