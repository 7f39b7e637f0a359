import { runKind } from '@skep/platform';
import type { JsonObject } from '../ir/ir.js';

/** What a task calls. */
export interface TaskCall {
  app_id: string;
  function: string;
  params: JsonObject;
  timeout_ms: number;
}

/** The input of the run of a task. */
export interface TaskInput extends TaskCall {
  /** The scopes of the caller. The task has those of them that its user still holds. */
  scopes: string[];
  /** How many tasks its user may run at once. */
  limit: number;
}

export interface TaskCallInput extends TaskInput {
  task_id: string;
}

const DAY_MS = 86_400_000;

/** A task, from its start to its end. It waits for its call, and records the end of one that could not end by itself. */
export const TASK = runKind<TaskInput>('task', { deadlineMs: 2 * DAY_MS, retries: 100 });
/** The call of a task. A person has as many of these at once as their role allows: each start sets `atOnce`. */
export const TASK_CALL = runKind<TaskCallInput>('task.call', { deadlineMs: DAY_MS, retries: 8 });
