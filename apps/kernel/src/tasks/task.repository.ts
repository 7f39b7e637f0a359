import { type CallResult, Task, TaskLimit, type TaskStatus } from '@skep/contracts/kernel';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { FeedRepository } from '../feed/feed.repository.js';
import type { TaskEntity } from './task.entity.js';

const COLUMNS = 'id as task_id, user_id, tenant_id, app_id, function, status, result, created_at, started_at, ended_at';
const ADD = statement(
  `insert into task (id, tenant_id, user_id, app_id, function) values (:id, :tenant_id, :user_id, :app_id, :function) returning ${COLUMNS}`,
  Task,
);
const BEGIN = statement(
  `update task set status = 'running', started_at = now() where id = :id and status = 'queued' returning ${COLUMNS}`,
  Task,
);
const END = statement(
  `update task set status = :status, result = :result, ended_at = now() where id = :id and ended_at is null returning ${COLUMNS}`,
  Task,
);
const FIND = statement(`select ${COLUMNS} from task where id = :id and tenant_id = :tenant and user_id = :user`, Task);
const IS_ACTIVE = 'tenant_id = :tenant and user_id = :user and ended_at is null';
const LIST_ACTIVE = statement(`select ${COLUMNS} from task where ${IS_ACTIVE} order by created_at, id`, Task);
const COUNT_ACTIVE = statement(
  `select count(*) filter (where status = 'running') as running, count(*) filter (where status = 'queued') as queued from task where ${IS_ACTIVE}`,
  { running: 'int8', queued: 'int8' },
);

type User = Pick<Ctx, 'tenant' | 'user'>;

/** The tasks of users. Each change is an event of the user's feed, in the same transaction. */
@Injectable()
export class TaskRepository {
  constructor(
    private readonly db: Database,
    private readonly feed: FeedRepository,
  ) {}

  add(task: Pick<TaskEntity, 'id' | 'tenant_id' | 'user_id' | 'app_id' | 'function'>): Promise<void> {
    return this.db.transaction(async () => this.announce(await this.db.row(ADD, task)));
  }

  /** A task that was cancelled does not begin. */
  begin(id: string): Promise<void> {
    return this.db.transaction(async () => this.announce(await this.db.row(BEGIN, { id })));
  }

  /** The first end counts. */
  end(id: string, status: TaskStatus, result?: CallResult): Promise<void> {
    const end = { id, status, result: result && JSON.stringify(result) };
    return this.db.transaction(async () => this.announce(await this.db.row(END, end)));
  }

  find({ tenant, user }: User, id: string): Promise<Task | undefined> {
    return this.db.row(FIND, { id, tenant, user });
  }

  /** The tasks that have not ended, oldest first. */
  listActive({ tenant, user }: User): Promise<Task[]> {
    return this.db.rows(LIST_ACTIVE, { tenant, user });
  }

  async countActive({ tenant, user }: User): Promise<Pick<TaskLimit, 'running' | 'queued'>> {
    return (await this.db.row(COUNT_ACTIVE, { tenant, user }))!;
  }

  private async announce(task: Task | undefined): Promise<void> {
    if (!task) return;
    const { task_id, tenant_id, user_id, app_id, status, result } = task;
    const data = { task_id, app_id, function: task.function, status, summary: result?.summary ?? result?.error ?? null };
    const payload = { ...data, scope: app_id, action: 'task_update', id: task_id, actor: app_id, data };
    await this.feed.add({ tenant_id, user_id, type: 'task_update', payload });
  }
}
