import { isRefusal } from '@skep/contracts';
import { type CallResult, kernel, type Task } from '@skep/contracts/kernel';
import type { Bus, Ctx } from '@skep/platform';
import { ProtocolError, ProtocolErrorCode, type Result, type Server, type StandardSchemaV1 } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { callCtx, type McpRequest } from './mcp-request.js';
import { toToolResult } from './tool-results.js';

/** The extension of MCP for calls that take long. */
export const TASKS = 'io.modelcontextprotocol/tasks';
/** How long a task is kept after its end. */
const TTL_MS = 30 * 86_400_000;
const POLL_INTERVAL_MS = 1_000;
const FIRST_POLL_MS = 100;
/** The part of the deadline that is kept for the answer. */
const ANSWER_RESERVE_MS = 2_000;

const TASK_REF: StandardSchemaV1<unknown, { taskId: string }> = {
  '~standard': {
    version: 1,
    vendor: 'skep',
    validate: (value) => {
      const { taskId } = value as { taskId?: unknown };
      return typeof taskId === 'string' && taskId ? { value: { taskId } } : { issues: [{ message: 'taskId must be a text' }] };
    },
  },
};

const STATUSES = { queued: 'working', running: 'working', completed: 'completed', failed: 'failed', cancelled: 'cancelled' } as const;

/** Functions that run as tasks, for clients that know the extension and for those that do not. */
export class Tasks {
  constructor(private readonly bus: Bus) {}

  /** @param answer turns problems into errors of the protocol */
  register(server: Server, request: McpRequest, answer: <T>(work: () => Promise<T>) => Promise<T>): void {
    server.setRequestHandler('tasks/get', { params: TASK_REF }, ({ taskId }) =>
      answer(async () => toStatus(await this.find(request.ctx, taskId))),
    );
    server.setRequestHandler('tasks/cancel', { params: TASK_REF }, ({ taskId }, { mcpReq }) =>
      answer(async () => {
        await this.find(request.ctx, taskId);
        await this.bus.call(kernel.cancelTask, callCtx(request, mcpReq._meta), { task_id: taskId });
        return {};
      }),
    );
  }

  /** What a client that knows the extension gets instead of the result. */
  async start(ctx: Ctx, task_id: string): Promise<Result> {
    return { resultType: 'task', ...toState(await this.find(ctx, task_id)) };
  }

  /** The result of a task, for a client that cannot ask for it later. After the deadline the result that names the task. */
  async finish(ctx: Ctx, started: CallResult & { task_id: string }, signal: AbortSignal): Promise<CallResult> {
    const until = ctx.deadline - ANSWER_RESERVE_MS;
    for (let delay = FIRST_POLL_MS; Date.now() + delay < until; delay = Math.min(delay * 2, POLL_INTERVAL_MS)) {
      await sleep(delay, undefined, { signal });
      const { ended_at, result, status } = await this.find(ctx, started.task_id);
      if (ended_at) return result ?? endedWithout(status);
    }
    return started;
  }

  /** @throws ProtocolError, also for a task of another person */
  private async find(caller: Ctx, task_id: string): Promise<Task> {
    try {
      return await this.bus.call(kernel.getTask, { ...caller, idempotencyKey: undefined }, { task_id });
    } catch (error) {
      if (isRefusal(error)) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown task');
      throw error;
    }
  }
}

const toState = ({ task_id, status, created_at, started_at, ended_at }: Task) => ({
  taskId: task_id,
  status: STATUSES[status],
  createdAt: created_at.toISOString(),
  lastUpdatedAt: (ended_at ?? started_at ?? created_at).toISOString(),
  ttlMs: TTL_MS,
  pollIntervalMs: POLL_INTERVAL_MS,
});

/** With the result, if there is one. That a function has failed is a result: the task is completed. */
function toStatus(task: Task): Result {
  const state = toState(task);
  if (task.result) return { ...state, status: 'completed', result: toToolResult(task.result) };
  return task.status === 'failed'
    ? { ...state, error: { code: ProtocolErrorCode.InternalError, message: 'The task has no result.' } }
    : state;
}

const endedWithout = (status: string): CallResult => ({
  ...{ status: 'error', data: null, summary: null, ui: null },
  error: `The task was ${status}: it has no result.`,
  error_code: status.toUpperCase(),
});
