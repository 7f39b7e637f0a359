import { auth, holdsScope } from '@skep/contracts/auth';
import { type CallResult, kernel } from '@skep/contracts/kernel';
import { Bus, type Ctx, Handlers, Idempotency, OnRun, type Run, RunStopped, type Step } from '@skep/platform';
import { CallFunction } from '../call/call-function.js';
import { taskOf } from '../tasks/task-id.js';
import { TASK, TASK_CALL, type TaskCallInput, type TaskInput } from '../tasks/task-kinds.js';
import { TaskRepository } from '../tasks/task.repository.js';

@Handlers()
export class TaskRunHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly tasks: TaskRepository,
    private readonly calls: CallFunction,
    private readonly idempotency: Idempotency,
  ) {}

  /** Cancelling the task cancels its call, which has its place among the user's tasks until it has stopped. */
  @OnRun(TASK)
  async runTask(run: Run, input: TaskInput): Promise<void> {
    const task_id = taskOf(run.id);
    const { error } = await run.child('call', { ...TASK_CALL, atOnce: input.limit }, { ...input, task_id });
    if (error) await run.commit('end', () => this.tasks.end(task_id, 'failed', failureOf(error)));
  }

  @OnRun(TASK_CALL)
  async callFunction(run: Run, input: TaskCallInput): Promise<void> {
    await run.commit('begin', () => this.tasks.begin(input.task_id));
    const result = await run.step('call', (step) => this.call(step, input));
    await run.commit('end', () => this.tasks.end(input.task_id, result.status === 'success' ? 'completed' : 'failed', result));
  }

  /** Makes the call under a key of the run: after a crash it continues where it stopped, and it is charged once. */
  private async call(step: Step, input: TaskCallInput): Promise<CallResult> {
    const { app_id, function: name, params, timeout_ms } = input;
    const ctx = await this.actAs(step.ctx, input);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeout_ms);
    const onStopped = () => isToStop(step.signal) && stop.abort(step.signal.reason);
    step.signal.addEventListener('abort', onStopped);
    try {
      const run = () => this.calls.runTask(ctx, app_id, name, params, stop.signal);
      const { json } = await this.idempotency.once(kernel.callFunction, ctx, JSON.stringify(input), run, (result) => ({
        json: JSON.stringify(result),
      }));
      return JSON.parse(json, toStorable) as CallResult;
    } finally {
      clearTimeout(timer);
      step.signal.removeEventListener('abort', onStopped);
    }
  }

  /** The user, with those scopes of the caller that they still hold. @throws Problem `user_not_found` */
  private async actAs(ctx: Ctx, { scopes: given, timeout_ms }: TaskCallInput): Promise<Ctx> {
    const owner = { user_id: ctx.user, tenant_id: ctx.tenant };
    const { email, role, scopes: held } = await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, owner);
    return { ...ctx, email, role, scopes: given.filter((scope) => holdsScope(held, scope)), deadline: Date.now() + timeout_ms };
  }
}

/** Whether a run ends now. If its process stops or has lost it, its call may end: the next attempt gets the result. */
const isToStop = ({ reason }: AbortSignal): boolean =>
  reason instanceof RunStopped && (reason.why === 'cancelled' || reason.why === 'late');

const failureOf = ({ code, message }: { code: string; message: string }): CallResult => ({
  ...{ status: 'error', data: null, summary: null, error: message, ui: null },
  ...{ error_code: code.toUpperCase(), retryable: false },
});

/** Postgres stores neither NUL characters nor lone surrogates. */
const toStorable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
