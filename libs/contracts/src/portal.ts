import { AppId, AppRef, Nothing, PricingModel } from './common.js';
import { contract, event, list, operation } from './define.js';
import { Bool, Instant, Int, Json, List, Nullable, OneOf, Optional, Text } from './fields.js';
import { Conflict, problem } from './problem.js';
import { appKeyMembers } from './portal/app-key.js';
import { NoSuchApp } from './portal/problems.js';
import { FunctionInfo } from './registry.js';

export { NoSuchApp };

export const TIERS = ['explorer', 'indie', 'studio', 'partner'] as const;
export const APP_STATUSES = ['draft', 'pending_review', 'active', 'suspended'] as const;
export const DEPLOY_STATUSES = ['pending', 'success', 'warning', 'failed'] as const;

/** `nickname` or `display_name`, one of them at least. */
export class RegisterDeveloper {
  @Optional() @Text({ min: 3, max: 30, pattern: /^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$/ }) nickname?: string;
  @Optional() @Text({ min: 1, max: 200 }) display_name?: string;
  @OneOf(TIERS) tier: string = 'explorer';
  @Optional() @Text({ max: 500 }) website?: string;
  @Optional() @Text({ max: 2000 }) description?: string;
}

export class Developer {
  @Text() imperal_id!: string;
  @Text() developer_id!: string;
  @Text() email!: string;
  @Text() nickname!: string;
  @Text() display_name!: string;
  @OneOf(TIERS) tier!: string;
  @Nullable() @Text() website!: string | null;
  @Nullable() @Text() description!: string | null;
  @Int() apps_count!: number;
  @Int() total_earnings!: number;
  @Instant() registered_at!: Date;
}

/** `name` or `display_name`, one of them; `short_description` or `description`. */
export class CreateApp {
  @AppId() app_id!: string;
  @Optional() @Text({ min: 1, max: 200 }) name?: string;
  @Optional() @Text({ min: 1, max: 200 }) display_name?: string;
  @Optional() @Text({ max: 2000 }) short_description?: string;
  @Optional() @Text({ max: 2000 }) description?: string;
  @Text({ max: 50 }) category: string = 'general';
  @Text({ max: 200 }) icon: string = '';
  @Text({ max: 500 }) git_url: string = '';
  @PricingModel() pricing_model: string = 'free';
  @Optional() @Json() pricing_config?: Record<string, unknown>;
}

export class UpdateApp extends AppRef {
  @Optional() @Text({ min: 1, max: 200 }) name?: string;
  @Optional() @Text({ min: 1, max: 200 }) display_name?: string;
  @Optional() @Text({ max: 2000 }) short_description?: string;
  @Optional() @Text({ max: 2000 }) description?: string;
  @Optional() @Text({ max: 50 }) category?: string;
  @Optional() @Text({ max: 200 }) icon?: string;
  @Optional() @Text({ max: 500 }) git_url?: string;
  @Optional() @PricingModel() pricing_model?: string;
  @Optional() @Json() pricing_config?: Record<string, unknown>;
}

export class App {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() name!: string;
  @Text() display_name!: string;
  @Text() short_description!: string;
  @Text() description!: string;
  @Text() category!: string;
  @Text() icon!: string;
  @Text() git_url!: string;
  @OneOf(APP_STATUSES) status!: string;
  @Nullable() @Text() reject_reason!: string | null;
  @List('text') reject_codes!: string[];
  @PricingModel() pricing_model!: string;
  @Nullable() @Json() pricing_config!: Record<string, unknown> | null;
  @Int() revenue_split_dev!: number;
  @List(() => FunctionInfo) tools_json!: FunctionInfo[];
  @Json() manifest_json!: Record<string, unknown>;
  @Nullable() @Instant() submitted_at!: Date | null;
  @Instant() created_at!: Date;
  @Instant() updated_at!: Date;
}

/** `version` starts a deploy of what the app holds; `commit_sha` records one that has already ended. */
export class RecordDeploy extends AppRef {
  @Optional() @Text({ min: 1, max: 64, pattern: /^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/ }) version?: string;
  @Optional() @Text({ max: 10_000 }) changelog?: string;
  @Optional() @Text({ min: 1, max: 64 }) commit_sha?: string;
  @OneOf(['success', 'warning', 'failed']) status: string = 'success';
  @Text({ max: 10_000 }) error_message: string = '';
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
  @Json({ description: 'An IR envelope, or the flat form of the quick start.' }) ir_dict!: Record<string, unknown>;
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
  @Int() tools_synced!: number;
  @Int() panels_synced!: number;
  @Bool() icon_synced!: boolean;
  @Bool() manifest_synced!: boolean;
  @Int() migrations_applied!: number;
  @Bool({ description: 'The flat form was given and has been rewritten as an envelope with one function, `run`.' }) normalised!: boolean;
}

/** One named check of a submission. */
export class Check {
  @Text({ example: 'has_successful_deploy' }) name!: string;
  @Bool() passed!: boolean;
  @Text() message!: string;
}

export class SubmitReceipt {
  @Text() app_id!: string;
  @OneOf(['pending_review', 'failed']) status!: string;
  @Nullable() @Instant() submitted_at!: Date | null;
  @List(() => Check) checks!: Check[];
}

export class RejectApp extends AppRef {
  @Text({ min: 1, max: 500 }) reason!: string;
  @List('text', { max: 20 }) codes: string[] = [];
}

/** What the deploy tooling tells of an app. */
export class SyncManifest extends AppRef {
  @Optional() @Text({ max: 65_536 }) icon_svg?: string;
  @Optional() @Json() manifest_json?: Record<string, unknown>;
  @Optional() @Bool() system?: boolean;
}

export class ManifestSynced {
  @Text() app_id!: string;
  @List('text') updated!: string[];
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

/** A decision on a submission, or the submission itself. */
export class ReviewMoved {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() tenant_id!: string;
  @OneOf(['submitted', 'approved', 'rejected']) decision!: string;
  @Nullable() @Text() reason!: string | null;
}

/** An approved app, as the marketplace lists it and the registry pins it. */
export class AppApproved {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() tenant_id!: string;
  @Int() revision!: number;
  @Text() version!: string;
  @Text() name!: string;
  @Text() short_description!: string;
  @Text() category!: string;
  @Text() icon!: string;
  @PricingModel() pricing_model!: string;
  @Nullable() @Json() pricing_config!: Record<string, unknown> | null;
  @Optional()
  @Int({ min: 0, max: 100, description: 'What the developer gets of each base price, in percent, as of this approval.' })
  revenue_split?: number;
  @List('text') tags!: string[];
  @Bool() system!: boolean;
  @List(() => FunctionInfo) functions!: FunctionInfo[];
  @Instant() approved_at!: Date;
}

export const NotADeveloper = problem('not_a_developer', 403, 'Register as a developer first.');
export const AlreadyDeveloper = problem('already_developer', 400, 'Already registered as developer');
export const NicknameTaken = problem('nickname_taken', 400, 'Nickname is already taken');
export const AppIdTaken = problem('app_id_taken', 409, 'This App ID is already in use');
export const AppCapReached = problem('app_cap_reached', 403, 'Your tier allows no more apps.');
export const InvalidIr = problem('invalid_ir', 400, 'Invalid IR');
export const NotPending = problem('not_pending', 409, 'This app is not waiting for review.');

export const portal = contract('portal', {
  registerDeveloper: operation('Register as a developer', {
    input: RegisterDeveloper,
    output: Developer,
    problems: [AlreadyDeveloper, NicknameTaken],
  }),
  getProfile: operation('Read your developer profile', { input: Nothing, output: Developer, problems: [NotADeveloper] }),
  createApp: operation('Create an app', { input: CreateApp, output: App, problems: [NotADeveloper, AppIdTaken, AppCapReached] }),
  listApps: operation('List your apps', { input: Nothing, output: list(App) }),
  getApp: operation('Read one of your apps', { input: AppRef, output: App, problems: [NoSuchApp] }),
  updateApp: operation('Change an app', { input: UpdateApp, output: App, problems: [NoSuchApp, Conflict] }),
  recordDeploy: operation('Start a deploy, or record one', { input: RecordDeploy, output: Deploy, problems: [NoSuchApp] }),
  listDeploys: operation('List an app’s deploys, newest first', { input: AppRef, output: list(Deploy), problems: [NoSuchApp] }),
  deployIr: operation('Deploy a declarative app', { input: DeployIr, output: DeployReceipt, problems: [NoSuchApp, InvalidIr] }),
  submitApp: operation('Submit an app for review', { input: AppRef, output: SubmitReceipt, problems: [NoSuchApp] }),
  listPending: operation('List the apps that wait for review', { input: Nothing, output: list(App) }),
  approveApp: operation('Approve an app', { input: AppRef, output: App, problems: [NoSuchApp, NotPending] }),
  rejectApp: operation('Reject an app, with a reason', { input: RejectApp, output: App, problems: [NoSuchApp, NotPending] }),
  syncManifest: operation('Store what the deploy tooling tells (services only)', {
    input: SyncManifest,
    output: ManifestSynced,
    problems: [NoSuchApp],
  }),
  ...appKeyMembers,

  deployRequested: event(DeployRequested),
  deployFinished: event(DeployFinished),
  reviewMoved: event(ReviewMoved),
  appApproved: event(AppApproved),
});
