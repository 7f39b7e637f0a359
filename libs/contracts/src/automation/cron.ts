import { Empty } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Bool, type FieldDocs, Instant, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { JobNotFound, QueueFull, QueueJobList, QueueJobRef } from './queue.js';
import { NotSigned, Overlap, OVERLAP_HOURS, RotatedSigningSecret } from './secret-rotation.js';

export const SCHEDULE_KINDS = ['at', 'every', 'cron'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];
export const JOB_OVERLAPS = ['skip', 'queue'] as const;
export const JOB_MISSED = ['skip', 'last', 'all'] as const;

const docs = {
  id: { description: 'Id of the job.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  name: { description: 'Name of the job.', example: 'Daily summary' },
  kind: {
    description: '`at`: `HH[:MM]` of every day. `every`: a number with s, m, h or d. `cron`: a pattern of five fields.',
    example: 'cron',
  },
  value: { description: 'When it runs, in the form of its kind.', example: '0 9 * * *' },
  timezone: { description: 'Time zone of `at` and `cron`.', example: 'Europe/Berlin' },
  action: { description: '`agent`, `command`, `webhook` or `log`.', example: 'agent' },
  action_config: {
    description: '`{message, conversation_id, approved_tools}`, `{app_id, function, params}` or `{url}`.',
    example: { message: 'Summarize the day.' },
  },
  task: { description: 'What an agent is told.', example: 'Summarize the day.' },
  enabled: { description: 'Whether it runs.', example: true },
  overlap: { description: 'When it is due while it still runs: `skip`, or `queue`.', example: 'skip' },
  missed: { description: 'Which times run that were missed: none (`skip`), the `last`, or `all`.', example: 'last' },
  metadata: { description: 'What a client keeps with it.', example: {} },
} satisfies Record<string, FieldDocs>;
const Name = () => Text({ min: 1, max: 200, ...docs.name });
const Kind = () => OneOf(SCHEDULE_KINDS, docs.kind);
const Value = () => Text({ min: 1, max: 100, ...docs.value });
const Zone = () => Text({ min: 1, max: 64, ...docs.timezone });
const Config = () => Json({ bytes: 128 * 1024, ...docs.action_config });

@Shape('When a job runs.')
export class CronSchedule {
  @Kind() kind!: ScheduleKind;
  @Value() value!: string;
}

/** What may be sent when a job is created, and changed. */
@Shape('Values of a job.')
class CronJobValues {
  @Optional()
  @AnyJson({ description: 'When it runs: a cron pattern, or `{kind, value}`.', example: '0 9 * * *' })
  schedule?: unknown;
  @Optional() @Kind() schedule_kind?: ScheduleKind;
  @Optional() @Value() schedule_value?: string;
  @Optional() @Zone() timezone?: string;
  @Optional() @Text({ min: 1, max: 90_000, ...docs.task }) task?: string;
  @Optional() @Config() action_config?: Record<string, unknown>;
  @Optional() @Bool(docs.enabled) enabled?: boolean;
  @Optional() @OneOf(JOB_OVERLAPS, docs.overlap) overlap?: 'skip' | 'queue';
  @Optional() @OneOf(JOB_MISSED, docs.missed) missed?: 'skip' | 'last' | 'all';
  @Optional() @Json(docs.metadata) metadata?: Record<string, unknown>;
}

@Shape('A job to create: `schedule` and `task`, or `schedule_kind`, `schedule_value`, `action` and `action_config`.')
export class CreateCronJob extends CronJobValues {
  @Name() name!: string;
  @Text({ min: 1, max: 50, ...docs.action }) action: string = 'agent';
}

@Shape('Work that is done at set times.')
export class CronJob {
  @Text(docs.id) id!: string;
  @Text({ max: 200, ...docs.name }) name!: string;
  @Nested(() => CronSchedule, { description: 'When it runs.' }) schedule!: CronSchedule;
  @Kind() schedule_kind!: ScheduleKind;
  @Value() schedule_value!: string;
  @Nullable() @Text({ max: 100, description: 'The same times as a cron pattern; null for `every`.', example: '0 9 * * *' }) cron!:
    string | null;
  @Zone() timezone!: string;
  @Text({ max: 50, ...docs.action }) action!: string;
  @Json({ bytes: Infinity, ...docs.action_config }) action_config!: Record<string, unknown>;
  @Nullable() @Text({ max: 100_000, ...docs.task, description: 'What an agent is told; null for other actions.' }) task!: string | null;
  @Bool(docs.enabled) enabled!: boolean;
  @OneOf(JOB_OVERLAPS, docs.overlap) overlap!: 'skip' | 'queue';
  @OneOf(JOB_MISSED, docs.missed) missed!: 'skip' | 'last' | 'all';
  @Nullable() @Instant({ description: 'When it last ran; null until then.' }) last_run!: Date | null;
  @Nullable() @Instant({ description: 'When it runs next; null if it is not enabled.' }) next_run!: Date | null;
  @Int({ description: 'How often it has run.', example: 0 }) run_count!: number;
  @Nullable() @Text({ description: 'Why its last run failed; null if it did not.' }) last_error!: string | null;
  @Json(docs.metadata) metadata!: Record<string, unknown>;
}

@Shape('A new job. The key of the signatures of its requests is shown this once.')
export class CreatedCronJob extends CronJob {
  @Optional()
  @Text({
    description: 'Verifies its requests, as Standard Webhooks describes; only of a job that calls an address.',
    example: 'whsec_AAECAw==',
  })
  signing_secret?: string;
}

@Shape('Your jobs.')
export class CronJobList {
  @List(() => CronJob, { description: 'The oldest first.' }) jobs!: CronJob[];
  @Int({ description: 'Number of jobs.', example: 1 }) count!: number;
}

@Shape('New values of a job. Fields that are left out stay.')
export class UpdateCronJob extends CronJobValues {
  @Text({ max: 200, ...docs.id }) job_id!: string;
  @Optional() @Name() name?: string;
}

@Shape('A job was deleted.')
export class CronJobDeleted {
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

@Shape('A job runs now.')
export class CronJobRun {
  @Text({ description: 'Always `executed`.', example: 'executed' }) status!: string;
  @Text(docs.id) job_id!: string;
}

@Shape('Whose runs to list.')
export class ListCronJobRuns extends QueueJobRef {
  @Int({ min: 1, max: 200, description: 'Maximum number of runs.' }) limit: number = 50;
}

@Shape('The state of your jobs.')
export class CronState {
  @Bool({ description: 'Whether jobs run: always true.', example: true }) running!: boolean;
  @Int({ description: 'Number of jobs.', example: 2 }) total_jobs!: number;
  @Int({ description: 'Number of jobs that are enabled.', example: 1 }) enabled_jobs!: number;
  @Num({ description: 'Seconds by which a job is late at most, as a rule.', example: 1 }) tick_interval!: number;
}

export const TooManyJobs = problem('too_many_jobs', 429, 'You have the maximum number of jobs. Delete one first.');

@Shape('Replaces the key of the signatures of a job that calls an address.')
export class RotateCronJobSecret extends QueueJobRef {
  @Overlap() overlap_hours: number = OVERLAP_HOURS;
}

export const cronMembers = {
  createCronJob: operation('Create a job', {
    description: 'Each of its times runs once. Without a conversation its agent runs in one of its own.',
    input: CreateCronJob,
    output: CreatedCronJob,
    scope: 'automations:write',
    problems: [TooManyJobs],
    secret: true,
  }),
  listCronJobs: operation('List your jobs', {
    description: 'The oldest first.',
    input: Empty,
    output: CronJobList,
    scope: 'automations:read',
  }),
  getCronJob: operation('Read a job', {
    description: 'With its next time and its last error.',
    input: QueueJobRef,
    output: CronJob,
    scope: 'automations:read',
    problems: [JobNotFound],
  }),
  updateCronJob: operation('Change a job', {
    description: 'Fields that are left out stay.',
    input: UpdateCronJob,
    output: CronJob,
    scope: 'automations:write',
    problems: [JobNotFound],
  }),
  rotateCronJobSecret: operation('Replace the key of the signatures of a job', {
    description: 'For a day its requests have a signature of each key, so that the receiver can be changed meanwhile.',
    input: RotateCronJobSecret,
    output: RotatedSigningSecret,
    scope: 'automations:write',
    problems: [JobNotFound, NotSigned],
    secret: true,
  }),
  deleteCronJob: operation('Delete a job', {
    description: 'With its runs.',
    input: QueueJobRef,
    output: CronJobDeleted,
    scope: 'automations:delete',
    problems: [JobNotFound],
  }),
  runCronJob: operation('Run a job now', {
    description: 'In the background, whether it is enabled or not: `GET /api/cron/jobs/{job_id}/runs` shows what becomes of it.',
    input: QueueJobRef,
    output: CronJobRun,
    scope: 'automations:write',
    problems: [JobNotFound, QueueFull],
  }),
  listCronJobRuns: operation('List the runs of a job', {
    description:
      'The newest first, each with its input, result, attempts and duration. A time that did not run is `cancelled`, with the reason. `POST /api/queue/jobs/{id}/replay` repeats one.',
    input: ListCronJobRuns,
    output: QueueJobList,
    scope: 'automations:read',
    problems: [JobNotFound],
  }),
  getCronState: operation('Read the state of your jobs', {
    description: 'How many you have, and how many are enabled.',
    input: Empty,
    output: CronState,
    scope: 'automations:read',
  }),
};
