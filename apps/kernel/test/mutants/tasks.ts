import { e2eTest, type Mutant } from '@skep/testkit';

const CANCELLED = e2eTest(
  'tasks',
  'a cancelled task is interrupted while the language model answers, never gets a result, and makes room for the next one',
);
const CRASHED = e2eTest(
  'task-crash',
  'tasks of a kernel that is killed in their middle end once each: no effect twice, and each charged once',
);

const INJECTED = e2eTest('chat', 'a message to another user than the acting one is refused, and an app must act for a user who has it');

/** Planted bugs in tasks, in what is read of actions, and in messages of apps. */
export const tasks: Mutant[] = [
  {
    name: 'any number of tasks of one user run at once',
    file: 'src/task-runs/task-run.handlers.js',
    find: '{ ...TASK_CALL, atOnce: input.limit }',
    plant: 'TASK_CALL',
    test: e2eTest('tasks', 'no more tasks run at once than the role of the user allows, however many start together'),
  },
  {
    name: 'the task of another user can be read',
    file: 'src/tasks/task.repository.js',
    find: 'where id = :id and tenant_id = :tenant and user_id = :user',
    plant: 'where id = :id and tenant_id = :tenant and :user::text is not null',
    test: e2eTest(
      'tasks',
      'a task of another user, or of a user of another tenant with the same id, is not found, and cannot be cancelled',
    ),
  },
  {
    name: 'a task that continues after a crash repeats its effects and its charge',
    file: 'src/task-runs/task-run.handlers.js',
    find: 'step.ctx, input)',
    plant: '{ ...step.ctx, idempotencyKey: `${step.key} ${Math.random()}` }, input)',
    test: CRASHED,
  },
  {
    name: 'a cancelled task ends with a result',
    file: 'src/tasks/task.repository.js',
    find: 'where id = :id and ended_at is null',
    plant: 'where id = :id',
    test: CANCELLED,
  },
  {
    name: 'a cancelled task keeps the language model working',
    file: 'src/task-runs/task-run.handlers.js',
    find: 'isToStop(step.signal) && stop.abort(step.signal.reason)',
    plant: 'false',
    test: CANCELLED,
  },
  {
    name: 'a task has scopes that its user has lost',
    file: 'src/task-runs/task-run.handlers.js',
    find: 'given.filter((scope) => holdsScope(held, scope))',
    plant: 'given',
    test: e2eTest('tasks', 'a task has only the scopes of its caller that the user still holds'),
  },
  {
    name: 'the statistics of an app are shown to every user',
    file: 'src/actions/action.handlers.js',
    find: 'developer_id !== ctx.user || tenant_id !== ctx.tenant',
    plant: 'false',
    test: e2eTest('app-stats', 'the statistics of an app are shown to its developer alone, also while it is suspended'),
  },
  {
    name: 'the actions of another user can be read by their trace',
    file: 'src/actions/action.repository.js',
    find: '${IS_OWN} and trace_id = :trace_id',
    plant: ':tenant::text is not null and :user::text is not null and trace_id = :trace_id',
    test: e2eTest('actions', 'are found by their trace, by their user alone'),
  },
  {
    name: 'a message reaches another user than the acting one',
    file: 'src/chat/chat.handlers.js',
    find: '(ctx.user || isApp) && ctx.user !== user_id',
    plant: 'false',
    test: INJECTED,
  },
  {
    name: 'an app sends messages to users who do not have it',
    file: 'src/chat/chat.handlers.js',
    find: 'if (isApp)',
    plant: 'if (false)',
    test: INJECTED,
  },
];
