import { AppId, AppRef, ListOffset } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Text } from '../fields.js';
import { IrFault } from '../kernel.js';
import { problem } from '../problem.js';
import { DeveloperAppNotFound } from './app.js';
import { SubmitReceipt } from './review.js';

export const DEPLOY_STATUSES = ['pending', 'success', 'warning', 'failed'] as const;

/** `version` starts a deploy of what the app holds; `commit_sha` records one that has already ended. */
export class RecordDeploy extends AppRef {
  @Optional() @Text({ min: 1, max: 64, pattern: /^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/ }) version?: string;
  @Optional() @Text({ max: 10_000 }) changelog?: string;
  @Optional() @Text({ min: 1, max: 64 }) commit_sha?: string;
  @OneOf(['success', 'warning', 'failed']) status: string = 'success';
  @Text({ max: 10_000 }) error_message: string = '';
}

export class ListDeploys extends ListOffset {
  @AppId() app_id!: string;
}

export class Deploy {
  @Text({ example: 'dep_8c1f' }) deploy_id!: string;
  @Text() app_id!: string;
  @Nullable() @Text() version!: string | null;
  @OneOf(DEPLOY_STATUSES) status!: string;
  @Nullable() @Text() commit_sha!: string | null;
  @Nullable() @Text() changelog!: string | null;
  @Text() error_message!: string;
  @Instant() created_at!: Date;
  @Nullable() @Instant() deployed_at!: Date | null;
}

export class DeployIr extends AppRef {
  @Json({ description: 'An IR envelope, or the flat form of the quick start.', bytes: Infinity }) ir_dict!: Record<string, unknown>;
  @Bool({ description: 'False: the app is submitted for review as well. True: it is not.' }) dev_mode: boolean = false;
}

export class DeployReceipt {
  @Text() app_id!: string;
  @Instant() deployed_at!: Date;
  @Int() steps_registered!: number;
  @Text() ir_version!: string;
  @Text() commit!: string;
  @Text({ example: 'deployed' }) status!: string;
  @Text({ example: 'ok' }) validation!: string;
  @List(() => IrFault, { description: 'What runs, though probably not as its author means it.' }) warnings!: IrFault[];
  @Int() tools_synced!: number;
  @Int() panels_synced!: number;
  @Bool() icon_synced!: boolean;
  @Bool() manifest_synced!: boolean;
  @Int() migrations_applied!: number;
  @Int({ description: 'The release that this deploy made.' }) revision!: number;
  @Nullable()
  @Nested(() => SubmitReceipt, { description: 'How submitting it for review went; null in dev_mode.' })
  submission!: SubmitReceipt | null;
  @Bool({
    description:
      'Something was given in a short form and has been rewritten: the flat form as an envelope with one function, `run`; a map of params as a JSON Schema.',
  })
  normalised!: boolean;
}

/** One sentence on a deploy: what became of it and of its submission for review, what was rewritten, and how many warnings there are. */
export function deploySummary({ revision, submission, normalised, warnings }: DeployReceipt): string {
  const count = warnings.length;
  return [
    `IR deployed${submissionSummary(revision, submission)}`,
    ...(normalised ? ['its short forms (the flat form, a map of params) were rewritten in full'] : []),
    ...(count ? [`${count} ${count === 1 ? 'warning' : 'warnings'}: ${warnings[0]!.message}${count > 1 ? ', …' : ''}`] : []),
  ].join('; ');
}

function submissionSummary(revision: number, submission: SubmitReceipt | null): string {
  if (!submission) return '; not submitted for review, because of dev_mode';
  const { status, revision: submitted, checks } = submission;
  const failed = checks.filter(({ passed }) => !passed).map(({ message }) => message);
  if (status === 'failed') return `; not submitted for review: ${failed.join(' ')}`.slice(0, 1_000);
  if (submitted === revision) return ' and submitted for review';
  return `; not submitted, because revision ${submitted} is under review: withdraw that, and submit the app again`;
}

export class DeployRequested {
  @Text() deploy_id!: string;
  @Text() app_id!: string;
}

export class DeployFinished {
  @Text() deploy_id!: string;
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() tenant_id!: string;
  @Text() status!: string;
  @Text() error_message!: string;
}

export const InvalidIr = problem('invalid_ir', 400, 'Invalid IR');

export const deployMembers = {
  recordDeploy: operation('Start a deploy, or record one', {
    input: RecordDeploy,
    output: Deploy,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:write',
  }),
  listDeploys: operation('List an app’s deploys, newest first', {
    input: ListDeploys,
    output: list(Deploy),
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
  }),
  deployIr: operation('Deploy a declarative app', {
    input: DeployIr,
    output: DeployReceipt,
    problems: [DeveloperAppNotFound, InvalidIr],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),

  deployRequested: event(DeployRequested),
  deployFinished: event(DeployFinished),
};
