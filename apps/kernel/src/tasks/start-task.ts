import { TooManyRequests } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import type { CallResult } from '@skep/contracts/kernel';
import { Bus, type Ctx, Database, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { taskOf } from './task-id.js';
import { TASK, type TaskCall } from './task-kinds.js';
import { TaskRepository } from './task.repository.js';

/** How many tasks of one user may wait. */
const QUEUED_MAX = 100;

/** Starts a task for a call. */
@Injectable()
export class StartTask {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly tasks: TaskRepository,
  ) {}

  /**
   * A repeat under an Idempotency-Key answers the same task.
   * @throws Problem `too_many_requests`, `user_not_found`, `unavailable`
   */
  async run(ctx: Ctx, call: TaskCall): Promise<CallResult> {
    const owner = { user_id: ctx.user, tenant_id: ctx.tenant };
    const { max_concurrent_tasks: limit } = await this.bus.call(auth.getTaskAllowance, { ...ctx, idempotencyKey: undefined }, owner);
    if (!limit) throw TooManyRequests('Your role does not include tasks.');
    const { queued } = await this.tasks.countActive(ctx);
    if (queued >= QUEUED_MAX) throw TooManyRequests(`You have ${queued} tasks waiting. Try again when some have ended.`, 5);
    const { app_id, function: name } = call;
    const task_id = await this.db.transaction(async () => {
      const run = await this.runs.start(TASK, ctx, { ...call, scopes: [...ctx.scopes], limit });
      const id = taskOf(run.id);
      if (run.outcome === 'started') await this.tasks.add({ ...owner, id, app_id, function: name });
      return id;
    });
    const summary = `'${name}' runs in the background as ${task_id}.`;
    return { status: 'success', data: { task_id, status: 'queued' }, summary, error: null, ui: null, task_id };
  }
}
