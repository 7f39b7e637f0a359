import { CategoryId } from '../categories.js';
import { AppId, AppRef, PricingModel, ListOffset } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nullable, OneOf, Optional, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { AppSuspended, FunctionInfo, Permission } from '../registry.js';
import { GitUrl, Icon } from '../urls.js';
import { NotADeveloper } from './developer-tier.js';

export const APP_STATUSES = ['draft', 'pending_review', 'active', 'suspended'] as const;

/** `name` or `display_name`, one of them; `short_description` or `description`. */
export class CreateApp {
  @AppId() app_id!: string;
  @Optional() @Text({ min: 1, max: 200 }) name?: string;
  @Optional() @Text({ min: 1, max: 200 }) display_name?: string;
  @Optional() @Text({ max: 2000 }) short_description?: string;
  @Optional() @Text({ max: 2000 }) description?: string;
  @CategoryId() category: string = 'general';
  @Icon() icon: string = '';
  @GitUrl({ max: 500 }) git_url: string = '';
  @PricingModel() pricing_model: string = 'free';
  @Optional() @Json({ bytes: 200_000 }) pricing_config?: Record<string, unknown>;
}

export class UpdateApp extends AppRef {
  @Optional() @Text({ min: 1, max: 200 }) name?: string;
  @Optional() @Text({ min: 1, max: 200 }) display_name?: string;
  @Optional() @Text({ max: 2000 }) short_description?: string;
  @Optional() @Text({ max: 2000 }) description?: string;
  @Optional() @CategoryId() category?: string;
  @Optional() @Icon() icon?: string;
  @Optional() @GitUrl({ max: 500 }) git_url?: string;
  @Optional() @PricingModel() pricing_model?: string;
  @Optional() @Json({ bytes: 200_000 }) pricing_config?: Record<string, unknown>;
}

/** What everybody who has an app may know of it. */
export class PublicApp {
  @Text() app_id!: string;
  @Text({ description: 'Empty for a built-in extension.' }) developer_id!: string;
  @Text() name!: string;
  @Text() display_name!: string;
  @Text() short_description!: string;
  @Text() description!: string;
  @Text() category!: string;
  @Text() icon!: string;
  @OneOf(APP_STATUSES) status!: string;
  @PricingModel() pricing_model!: string;
  @Nullable() @Json() pricing_config!: Record<string, unknown> | null;
  @List(() => Permission, { description: 'What its release can do.' }) permissions!: Permission[];
  @List(() => FunctionInfo) tools_json!: FunctionInfo[];
}

/** An app as its developer sees it. */
export class App extends PublicApp {
  @Optional()
  @Nullable()
  @Text({ description: 'The icon that was uploaded. Only in the list of apps that wait for review.' })
  icon_svg?: string | null;
  @Text() git_url!: string;
  @Nullable() @Text() reject_reason!: string | null;
  @List('text') reject_codes!: string[];
  @Nullable() @Text({ description: 'Why an administrator has suspended the app; null: none has.' }) suspend_reason!: string | null;
  @Int() revenue_split_dev!: number;
  @Int({ description: 'The newest release, or the submitted one where the app waits for review; 0: none.' }) revision!: number;
  @Json() manifest_json!: Record<string, unknown>;
  @Nullable() @Instant() submitted_at!: Date | null;
  @Instant() created_at!: Date;
  @Instant() updated_at!: Date;
}

/** An app as its developer sees it; for anybody else who has it without the optional fields. */
export class AppDetails extends PublicApp {
  @Optional() @Text() git_url?: string;
  @Optional() @Nullable() @Text() reject_reason?: string | null;
  @Optional() @List('text') reject_codes?: string[];
  @Optional() @Nullable() @Text() suspend_reason?: string | null;
  @Optional() @Int() revenue_split_dev?: number;
  @Optional() @Int() revision?: number;
  @Optional() @Json() manifest_json?: Record<string, unknown>;
  @Optional() @Nullable() @Instant() submitted_at?: Date | null;
  @Optional() @Instant() created_at?: Date;
  @Optional() @Instant() updated_at?: Date;
}

/** What the deploy tooling tells of an app. */
export class SyncManifest extends AppRef {
  @Optional() @Text({ max: 65_536 }) icon_svg?: string;
  @Optional() @Json({ bytes: Infinity }) manifest_json?: Record<string, unknown>;
  @Optional() @Bool() system?: boolean;
}

export class ManifestSynced {
  @Text() app_id!: string;
  @List('text') updated!: string[];
}

/** The id once more, so that nobody deletes the wrong app. */
export class DeleteApp extends AppRef {
  @Text({ max: 64, description: 'The `app_id` again, to confirm.' }) confirm_name!: string;
}

export class AppDeleted {
  @Text() app_id!: string;
  @Text({ example: 'deleted' }) status!: string;
}

/** The marketplace no longer lists the app until its next approval. Whoever has installed it keeps it. */
export class AppDelisted {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() tenant_id!: string;
  @Instant() delisted_at!: Date;
}

export class SetAppStatus extends AppRef {
  @OneOf(['suspended', 'active'], { description: '`active` ends the suspension: the app is again what it was before.' }) status!: string;
  @Text({ min: 1, max: 500, description: 'Why it is suspended. Its developer reads it.' }) reason: string = 'No reason is given.';
}

/** An administrator has suspended an app, or restored it. While it is suspended nobody finds, installs or calls it. */
export class SuspensionChanged {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Text() tenant_id!: string;
  @Nullable() @Text({ description: 'Why it is suspended; null: it is restored.' }) reason!: string | null;
  @Instant() changed_at!: Date;
}

export const AppIdTaken = problem('app_id_taken', 409, 'This App ID is already in use');
export const AppCapReached = problem('app_cap_reached', 403, 'Your tier allows no more apps.');
export const DeveloperAppNotFound = problem('no_such_app', 404, 'App not found');

export const appMembers = {
  createApp: operation('Create an app', {
    input: CreateApp,
    output: App,
    problems: [NotADeveloper, AppIdTaken, AppCapReached],
    scope: 'developer:apps:write',
  }),
  listApps: operation('List your apps', { input: ListOffset, output: list(App), scope: 'developer:apps:read' }),
  getApp: operation('Read one of your apps, or what is public of one that you have', {
    input: AppRef,
    output: AppDetails,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  updateApp: operation('Change an app', {
    input: UpdateApp,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, Conflict],
    scope: 'developer:apps:write',
  }),
  suspendApp: operation('Suspend an app: it leaves the marketplace until its next approval', {
    input: AppRef,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, Conflict],
    scope: 'developer:apps:write',
  }),
  deleteApp: operation('Delete an app', {
    input: DeleteApp,
    output: AppDeleted,
    problems: [DeveloperAppNotFound, AppSuspended, Conflict],
    scope: 'developer:apps:write',
  }),
  setAppStatus: operation('Suspend an app as an administrator, or restore it', {
    input: SetAppStatus,
    output: App,
    problems: [DeveloperAppNotFound, Conflict],
    scope: 'admin:developer:review',
  }),
  syncManifest: operation('Store what the deploy tooling tells (services only)', {
    input: SyncManifest,
    output: ManifestSynced,
    problems: [DeveloperAppNotFound],
  }),

  appDelisted: event(AppDelisted),
  suspensionChanged: event(SuspensionChanged),
};
