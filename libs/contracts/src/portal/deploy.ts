import { AppId, AppRef, Rest } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nullable, OneOf, Optional, Text } from '../fields.js';
import { IrFault } from '../kernel.js';
import { problem } from '../problem.js';
import { NoSuchApp } from './app.js';

export const DEPLOY_STATUSES = ['pending', 'success', 'warning', 'failed'] as const;

/** `version` starts a deploy of what the app holds; `commit_sha` records one that has already ended. */
export class RecordDeploy extends AppRef {
  @Optional() @Text({ min: 1, max: 64, pattern: /^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/ }) version?: string;
  @Optional() @Text({ max: 10_000 }) changelog?: string;
  @Optional() @Text({ min: 1, max: 64 }) commit_sha?: string;
  @OneOf(['success', 'warning', 'failed']) status: string = 'success';
  @Text({ max: 10_000 }) error_message: string = '';
}

export class ListDeploys extends Rest {
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
  @Bool({ description: 'True: do not submit the app for review as well.' }) dev_mode: boolean = false;
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
  @Bool({
    description:
      'Something was given in a short form and has been rewritten: the flat form as an envelope with one function, `run`; a map of params as a JSON Schema.',
  })
  normalised!: boolean;
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
    problems: [NoSuchApp],
    scope: 'developer:apps:write',
  }),
  listDeploys: operation('List an app’s deploys, newest first', {
    input: ListDeploys,
    output: list(Deploy),
    problems: [NoSuchApp],
    scope: 'developer:apps:read',
  }),
  deployIr: operation('Deploy a declarative app', {
    input: DeployIr,
    output: DeployReceipt,
    problems: [NoSuchApp, InvalidIr],
    scope: 'developer:apps:write',
    spansCalls: true,
  }),

  deployRequested: event(DeployRequested),
  deployFinished: event(DeployFinished),
};
