/** A task and its run have the same id but for the prefix, so that each is found by the other. */
export const taskOf = (runId: string): string => runId.replace('run_', 'task_');
export const runOf = (taskId: string): string => taskId.replace('task_', 'run_');
