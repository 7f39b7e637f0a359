import { Forbidden, NotFound } from '@skep/contracts';
import { auth, type UserRef } from '@skep/contracts/auth';
import { kernel, type ListTasks, type Task, type TaskRef } from '@skep/contracts/kernel';
import { Bus, type Ctx, Database, Handle, Handlers, Runs } from '@skep/platform';
import { namedUser } from '../named-user.js';
import { runOf } from './task-id.js';
import { TaskRepository } from './task.repository.js';

@Handlers()
export class TaskHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly tasks: TaskRepository,
  ) {}

  @Handle(kernel.getTask)
  getTask(ctx: Ctx, { task_id }: TaskRef) {
    return this.find(ctx, task_id);
  }

  @Handle(kernel.listActiveTasks)
  async listActiveTasks(ctx: Ctx, { user_id = ctx.user }: ListTasks) {
    if (user_id !== ctx.user) throw Forbidden('user_id must be that of the caller: you may only list your own tasks.');
    const tasks = await this.tasks.listActive(ctx);
    return { tasks, total: tasks.length };
  }

  @Handle(kernel.cancelTask)
  cancelTask(ctx: Ctx, { task_id }: TaskRef) {
    return this.db.transaction(async () => {
      await this.find(ctx, task_id);
      await this.tasks.end(task_id, 'cancelled');
      await this.runs.cancel(runOf(task_id));
      return this.find(ctx, task_id);
    });
  }

  @Handle(kernel.checkTaskLimit)
  async checkTaskLimit(ctx: Ctx, input: UserRef) {
    const user = namedUser(ctx, input);
    const { max_concurrent_tasks: limit } = await this.bus.call(auth.getTaskAllowance, ctx, { user_id: user.user, tenant_id: user.tenant });
    const { running, queued } = await this.tasks.countActive(user);
    return { user_id: user.user, allowed: running + queued < limit, limit, running, queued };
  }

  @Handle(kernel.listProcesses)
  async listProcesses(ctx: Ctx, input: UserRef) {
    const processes = await this.tasks.listActive(namedUser(ctx, input));
    return { user_id: input.user_id, processes, total: processes.length };
  }

  /** @throws Problem `not_found`, also for a task of another user */
  private async find(ctx: Ctx, task_id: string): Promise<Task> {
    const task = await this.tasks.find(ctx, task_id);
    if (!task) throw NotFound('Task not found.');
    return task;
  }
}
