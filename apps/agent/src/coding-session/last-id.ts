/** The ids of a session's events name the task: the next one has events of its own. */
export const lastIdOf = (run_id: string, position: string): string => `${run_id}:${position}`;

/** The task that an id names. Undefined if it names none. */
export const taskOf = (last_event_id: string): string | undefined => /^(run_\w+):/.exec(last_event_id)?.[1];
