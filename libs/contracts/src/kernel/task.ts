import { AppId, IDS } from '../common.js';
import { UserNotFound, UserRef } from '../auth/account.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotFound } from '../problem.js';
import { CallResult } from './call.js';

export const TASK_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

const TaskId = () => Text({ min: 1, max: 64, description: 'Id of the task.', example: 'task_4f9a0c51d2e84b6f9c7a1b3d5e7f9012' });

@Shape('A task: a call of a function that runs in the background.')
export class Task {
  @TaskId() task_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @AppId() app_id!: string;
  @Text(IDS.function) function!: string;
  @OneOf(TASK_STATUSES, {
    description:
      '`queued` until its user has fewer tasks running than their role allows. `failed`: it has no result, or one with an error.',
    example: 'running',
  })
  status!: TaskStatus;
  @Nullable()
  @Nested(() => CallResult, { description: 'What the function returned; null until it has, and for a task that was cancelled.' })
  result!: CallResult | null;
  @Instant({ description: 'When the function was called.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it began to run; null until then.' }) started_at!: Date | null;
  @Nullable() @Instant({ description: 'When it ended; null until then.' }) ended_at!: Date | null;
}

@Shape('Identifies a task of yours.')
export class TaskRef {
  @TaskId() task_id!: string;
}

@Shape('Whose tasks to list.')
export class ListTasks {
  @Optional()
  @Text({ min: 1, max: 64, ...IDS.user, description: 'Your own user id; a service gives the id of the acting user.' })
  user_id?: string;
}

@Shape('Tasks that have not ended.')
export class ActiveTasks {
  @List(() => Task, { description: 'The tasks that are queued or running, oldest first.' }) tasks!: Task[];
  @Int({ description: 'Number of these tasks.', example: 1 }) total!: number;
}

@Shape('Work in progress for a user.')
export class Processes {
  @Text(IDS.user) user_id!: string;
  @List(() => Task, { description: 'The tasks that are queued or running, oldest first.' }) processes!: Task[];
  @Int({ description: 'Number of these tasks.', example: 1 }) total!: number;
}

@Shape('How many tasks a user has, and may have.')
export class TaskLimit {
  @Text(IDS.user) user_id!: string;
  @Bool({ description: 'Whether a new task would start at once.', example: true }) allowed!: boolean;
  @Int({ description: 'How many tasks the role of the user lets them run at once.', example: 3 }) limit!: number;
  @Int({ description: 'Tasks that are running.', example: 1 }) running!: number;
  @Int({ description: 'Tasks that wait.', example: 0 }) queued!: number;
}

export const taskMembers = {
  getTask: operation('Read a task', {
    description: 'A task and its result are kept for 30 days after its end.',
    input: TaskRef,
    output: Task,
    problems: [NotFound],
    scope: 'actions:read',
  }),
  listActiveTasks: operation('List your active tasks', {
    description: 'Your tasks that wait or run. Each change of a task is also an event `task_update` of your event stream.',
    input: ListTasks,
    output: ActiveTasks,
    scope: 'actions:read',
  }),
  cancelTask: operation('Cancel a task', {
    description:
      'The task never gets a result. A step in progress is interrupted; what earlier steps did remains. Cancelling a task that has ended has no effect.',
    input: TaskRef,
    output: Task,
    problems: [NotFound],
    scope: 'extensions:call',
  }),
  checkTaskLimit: operation('Check the task limit of a user (services only)', {
    description: 'Compares the tasks of a user with the limit of their role. Further tasks wait.',
    input: UserRef,
    output: TaskLimit,
    problems: [UserNotFound],
    spansCalls: true,
  }),
  listProcesses: operation('List work in progress for a user (services only)', {
    description: 'The active tasks of a user.',
    input: UserRef,
    output: Processes,
  }),
};
