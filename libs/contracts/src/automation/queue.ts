import { operation } from '../define.js';
import { AnyJson, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Empty } from '../common.js';
import { BadRequest, problem } from '../problem.js';

/** What work in the queue does. */
export const QUEUE_TYPES = ['agent_run', 'command', 'webhook', 'message', 'log'] as const;
export type QueueType = (typeof QUEUE_TYPES)[number];
export const QUEUE_STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export type QueueStatus = (typeof QUEUE_STATUSES)[number];

const docs = {
  id: { description: 'Id of the job.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  type: {
    description: '`agent_run`: an agent is told `message`. `command`: a function is called. `log`: nothing but the row.',
    example: 'agent_run',
  },
  payload: {
    description: '`{conversation_id, message}`, or `{app_id, function, params}`.',
    example: { conversation_id: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21', message: 'Summarize the day.' },
  },
  priority: { description: 'Work of a higher priority begins before other work that waits.', example: 0 },
  max_retries: { description: 'How often it is tried again if something is temporarily unavailable.', example: 3 },
  status: { description: '`pending`, `running`, `completed`, `failed` or `cancelled`.', example: 'completed' },
} satisfies Record<string, FieldDocs>;

@Shape('Work for the queue.')
export class SubmitQueueJob {
  @OneOf(['agent_run', 'command', 'log'], docs.type) type!: QueueType;
  @Json({ bytes: 256 * 1024, ...docs.payload }) payload: Record<string, unknown> = {};
  @Int({ min: -100, max: 100, ...docs.priority }) priority: number = 0;
  @Int({ min: 0, max: 10, ...docs.max_retries }) max_retries: number = 3;
}

@Shape('Work in the queue: submitted, or started by a job, a rule or a webhook.')
export class QueueJob {
  @Text(docs.id) id!: string;
  @OneOf(QUEUE_TYPES, docs.type) type!: QueueType;
  @Json({ bytes: Infinity, ...docs.payload }) payload!: Record<string, unknown>;
  @Nullable() @Text({ description: 'The job or rule that started it.' }) job_id!: string | null;
  @AnyJson({ description: 'What started it: the event, or the time; null for submitted work.' }) event!: unknown;
  @Int(docs.priority) priority!: number;
  @Int(docs.max_retries) max_retries!: number;
  @OneOf(QUEUE_STATUSES, docs.status) status!: QueueStatus;
  @Int({ description: 'How often it was tried.', example: 1 }) attempts!: number;
  @AnyJson({ description: 'The result; null until it has completed.' }) output!: unknown;
  @Nullable() @Text({ description: 'Why it failed or was cancelled; null otherwise.' }) error!: string | null;
  @Instant({ description: 'When it was submitted.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it began.' }) started_at!: Date | null;
  @Nullable() @Instant({ description: 'When it ended.' }) ended_at!: Date | null;
  @Nullable() @Int({ description: 'Milliseconds from its begin to its end.', example: 84 }) duration_ms!: number | null;
}

@Shape('Which work to list.')
export class ListQueueJobs {
  @Optional() @OneOf(QUEUE_STATUSES, docs.status) status?: QueueStatus;
  @Optional() @Text({ max: 50, ...docs.type }) type?: string;
  @Int({ min: 1, max: 200, description: 'Maximum number of jobs.' }) limit: number = 50;
}

@Shape('Work in the queue, the newest first. It is kept for 30 days.')
export class QueueJobList {
  @List(() => QueueJob, { description: 'The jobs.' }) jobs!: QueueJob[];
  @Int({ description: 'Number of jobs in this answer.', example: 1 }) count!: number;
}

@Shape('Identifies work in the queue.')
export class QueueJobRef {
  @Text({ max: 200, ...docs.id }) job_id!: string;
}

@Shape('Work was cancelled.')
export class QueueJobCancelled {
  @Text({ description: 'Always `cancelled`.', example: 'cancelled' }) status!: string;
  @Text(docs.id) job_id!: string;
}

@Shape('Which work to remove.')
export class CleanUpQueue {
  @Int({ min: 0, max: 365, description: 'Work that ended longer ago, in days, is removed.' }) max_age_days: number = 7;
}

@Shape('How much was removed.')
export class QueueCleanedUp {
  @Int({ description: 'Number of jobs.', example: 0 }) removed!: number;
}

@Shape('The state of your queue.')
export class QueueState {
  @Text({ description: 'Where it is kept: always `postgres`.', example: 'postgres' }) backend!: string;
  @Int({ description: 'How many jobs wait.', example: 0 }) pending!: number;
  @Int({ description: 'How many run.', example: 0 }) running!: number;
  @Int({ description: 'How many completed.', example: 3 }) completed!: number;
  @Int({ description: 'How many failed.', example: 0 }) failed!: number;
  @Int({ description: 'How many were cancelled.', example: 0 }) cancelled!: number;
}

export const JobNotFound = problem('job_not_found', 404, 'Job not found');
export const NotReplayable = problem('job_not_ended', 409, 'The job has not ended.');
export const QueueFull = problem('queue_full', 429, 'Your queue is full. Wait until some of its jobs have ended.');

export const queueMembers = {
  submitQueueJob: operation('Submit work to the queue', {
    description: 'It runs in the background, at most four jobs of a person at once, the highest priority first.',
    input: SubmitQueueJob,
    output: QueueJob,
    scope: 'automations:write',
    problems: [QueueFull],
  }),
  listQueueJobs: operation('List the work in your queue', {
    description: 'The newest first, with what jobs, rules and webhooks have started.',
    input: ListQueueJobs,
    output: QueueJobList,
    scope: 'automations:read',
  }),
  getQueueJob: operation('Read work in your queue', {
    description: 'With its input, result, attempts and duration.',
    input: QueueJobRef,
    output: QueueJob,
    scope: 'automations:read',
    problems: [JobNotFound],
  }),
  cancelQueueJob: operation('Cancel work that waits', {
    description: 'Work that has begun is not cancelled.',
    input: QueueJobRef,
    output: QueueJobCancelled,
    scope: 'automations:delete',
    problems: [BadRequest],
  }),
  replayQueueJob: operation('Do work again', {
    description: 'Submits a copy of a job that has ended, such as one that failed.',
    input: QueueJobRef,
    output: QueueJob,
    scope: 'automations:write',
    problems: [JobNotFound, NotReplayable, QueueFull],
  }),
  cleanUpQueue: operation('Remove work that has ended', {
    description: 'Also without this call, work is removed after 30 days.',
    input: CleanUpQueue,
    output: QueueCleanedUp,
    scope: 'automations:delete',
  }),
  getQueueState: operation('Read the state of your queue', {
    description: 'How many of your jobs wait, run, or have ended.',
    input: Empty,
    output: QueueState,
    scope: 'automations:read',
  }),
};
