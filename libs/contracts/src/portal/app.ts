import { MANIFEST_CONTENT } from '../authoring/contents.js';
import { CategoryId } from '../categories.js';
import { AppId, AppRef, PricingModel, ListCursor, IDS } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { AppSuspended, FunctionInfo, Permission } from '../registry/index.js';
import { GitUrl, Icon } from '../urls.js';
import { NotADeveloper } from './developer-tier.js';
import { McpServerReview } from './mcp-server-review.js';

export const APP_STATUSES = ['draft', 'pending_review', 'active', 'suspended'] as const;

/** Fields that several classes about apps share. */
export const appDocs = {
  name: { description: 'Name that users see.', example: 'Link Saver' },
  display_name: { description: 'Name that users see. The same as `name`.', example: 'Link Saver' },
  short_description: { description: 'A sentence about the app, for lists.', example: 'Saves links and finds them again.' },
  description: { description: 'Description of the app.', example: 'Saves links from chats and pages, and finds them again by words.' },
  category: { description: 'Id of a category. Empty if there is none.', example: 'productivity' },
  icon: { description: 'An http or https URL, an emoji, or an icon name. Empty if there is none.', example: '🔖' },
  pricing_config: {
    description:
      'Prices in credits: `tool_prices` by function, and `monthly_price` with the pricing model `subscription`. Null if none are set.',
    example: { tool_prices: { save_link: 2 } },
  },
  revision: { description: 'Number of the release.', example: 3 },
  version: { description: 'Version of the release, as its author states it.', example: '1.2.0' },
} satisfies Record<string, FieldDocs>;

const Name = (docs: FieldDocs = appDocs.name) => Text({ min: 1, max: 200, ...docs });
const Description = (docs: FieldDocs) => Text({ max: 2000, ...docs });
const PricingConfig = () =>
  Json({
    bytes: 200_000,
    description:
      'Prices in whole credits: `tool_prices` by function for `per_action`; `monthly_price`, and optionally `tool_prices`, for `subscription`. `free` has none.',
    example: appDocs.pricing_config.example,
  });

@Shape('A new app. One of `name` and `display_name` is required; `short_description` and `description` default to each other.')
export class CreateApp {
  @AppId() app_id!: string;
  @Optional() @Name() name?: string;
  @Optional() @Name({ description: 'Name that users see, if `name` is left out.' }) display_name?: string;
  @Optional() @Description(appDocs.short_description) short_description?: string;
  @Optional() @Description({ description: appDocs.description.description }) description?: string;
  @CategoryId() category: string = 'general';
  @Icon() icon: string = '';
  @GitUrl({ max: 500 }) git_url: string = '';
  @PricingModel() pricing_model: string = 'free';
  @Optional() @PricingConfig() pricing_config?: Record<string, unknown>;
}

@Shape('A change of an app. Fields that are left out do not change. Users see the changes after the next approval.')
export class UpdateApp extends AppRef {
  @Optional() @Name() name?: string;
  @Optional() @Name({ description: 'Name that users see, if `name` is left out.' }) display_name?: string;
  @Optional() @Description(appDocs.short_description) short_description?: string;
  @Optional() @Description({ description: appDocs.description.description }) description?: string;
  @Optional() @CategoryId() category?: string;
  @Optional() @Icon() icon?: string;
  @Optional() @GitUrl({ max: 500 }) git_url?: string;
  @Optional() @PricingModel() pricing_model?: string;
  @Optional() @PricingConfig() pricing_config?: Record<string, unknown>;
  @Optional()
  @Json({
    bytes: Infinity,
    description: 'Only the manifest that the app has, for clients that send back what they read: a deploy changes it.',
    example: { app_id: 'link-saver', version: '1.2.0' },
  })
  manifest_json?: Record<string, unknown>;
}

@Shape('The public part of an app.')
export class PublicApp {
  @Text(IDS.app) app_id!: string;
  @Text({ ...IDS.developer, description: 'User id of the developer. Empty for a built-in extension.' }) developer_id!: string;
  @Text(appDocs.name) name!: string;
  @Text(appDocs.display_name) display_name!: string;
  @Text(appDocs.short_description) short_description!: string;
  @Text(appDocs.description) description!: string;
  @Text(appDocs.category) category!: string;
  @Text(appDocs.icon) icon!: string;
  @OneOf(APP_STATUSES, {
    description:
      '`draft`: not submitted. `pending_review`: submitted. `active`: approved. `suspended`: taken out of the marketplace by its developer or an administrator.',
    example: 'active',
  })
  status!: string;
  @PricingModel() pricing_model!: string;
  @Nullable() @Json(appDocs.pricing_config) pricing_config!: Record<string, unknown> | null;
  @List(() => Permission, { description: 'What the release can do on behalf of a user.' }) permissions!: Permission[];
  @List(() => FunctionInfo, { description: 'Functions of the app.' }) tools_json!: FunctionInfo[];
}

const GitUrlText = () =>
  Text({ description: 'URL of the source code. Empty if there is none.', example: 'https://git.example.com/ada/link-saver.git' });
const RejectReason = () => Text({ description: 'Why the last submission was rejected. Null if it was not.' });
const RejectCodes = () => List('text', { description: 'Codes of the rejection, as the reviewer chose them. Empty if there is none.' });
const RejectEvidence = () => Text({ description: 'What the reviewer found. Null if there is no rejection, or they did not state it.' });
const SuspendReason = () => Text({ description: 'Why an administrator suspended the app. Null if none did.' });
const RevenueSplit = () => Int({ description: 'Developer’s share of each base price, in percent, as of the last approval.', example: 70 });
const Revision = () =>
  Int({ description: 'Revision of the newest release; under review, that of the submitted release. 0 if there is none.', example: 3 });
const Manifest = () => Json({ description: 'Manifest of the newest deploy. Empty if there is none, and in lists.' });
const SubmittedAt = () => Instant({ description: 'When the app was last submitted for review. Null if it never was.' });
const CreatedAt = () => Instant({ description: 'When the app was created.' });
const UpdatedAt = () => Instant({ description: 'When the app was last changed.' });

@Shape('An app, as its developer sees it.')
export class App extends PublicApp {
  @Optional()
  @Nullable()
  @Text({ description: 'Uploaded SVG icon; null if there is none. Only in the list of apps that are under review.' })
  icon_svg?: string | null;
  @Optional()
  @Nullable()
  @Nested(() => McpServerReview, {
    description: 'The MCP server that the functions run on; null if they do not. Only in the list of apps that are under review.',
  })
  mcp_server?: McpServerReview | null;
  @GitUrlText() git_url!: string;
  @Nullable() @RejectReason() reject_reason!: string | null;
  @RejectCodes() reject_codes!: string[];
  @Nullable() @RejectEvidence() reject_evidence!: string | null;
  @Nullable() @SuspendReason() suspend_reason!: string | null;
  @RevenueSplit() revenue_split_dev!: number;
  @Revision() revision!: number;
  @Manifest() manifest_json!: Record<string, unknown>;
  @Nullable() @SubmittedAt() submitted_at!: Date | null;
  @CreatedAt() created_at!: Date;
  @UpdatedAt() updated_at!: Date;
}

@Shape('An app. The optional fields are present only for its developer and for services.')
export class AppDetails extends PublicApp {
  @Optional() @GitUrlText() git_url?: string;
  @Optional() @Nullable() @RejectReason() reject_reason?: string | null;
  @Optional() @RejectCodes() reject_codes?: string[];
  @Optional() @Nullable() @RejectEvidence() reject_evidence?: string | null;
  @Optional() @Nullable() @SuspendReason() suspend_reason?: string | null;
  @Optional() @RevenueSplit() revenue_split_dev?: number;
  @Optional() @Revision() revision?: number;
  @Optional() @Manifest() manifest_json?: Record<string, unknown>;
  @Optional() @Nullable() @SubmittedAt() submitted_at?: Date | null;
  @Optional() @CreatedAt() created_at?: Date;
  @Optional() @UpdatedAt() updated_at?: Date;
}

@Shape('The manifest and icon of an app, from the deploy tools. Fields that are left out do not change.')
export class SyncManifest extends AppRef {
  @Optional()
  @Text({
    max: 65_536,
    description: 'Icon as SVG, without scripts and external references.',
    example: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/></svg>',
  })
  icon_svg?: string;
  @Optional()
  @Json({
    bytes: Infinity,
    content: MANIFEST_CONTENT,
    description: 'Manifest, at most 1 MiB.',
    example: { app_id: 'link-saver', version: '1.2.0' },
  })
  manifest_json?: Record<string, unknown>;
  @Optional()
  @Bool({
    description: 'True makes the app part of the platform: every user has it. Only for services that act for no user.',
    example: false,
  })
  system?: boolean;
}

@Shape('The fields of an app that were stored.')
export class ManifestSynced {
  @Text(IDS.app) app_id!: string;
  @List('text', { description: 'Names of the stored fields.', example: ['manifest_json', 'tools_json'] }) updated!: string[];
}

@Shape('An app to delete, with its id as confirmation.')
export class DeleteApp extends AppRef {
  @Text({ max: 64, description: '`app_id` again, to confirm.', example: 'link-saver' }) confirm_name!: string;
}

@Shape('The deleted app.')
export class AppDeleted {
  @Text(IDS.app) app_id!: string;
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

@Shape('An app was taken out of the marketplace until its next approval. Users who have installed it keep it.')
export class AppDelisted {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @Instant({ description: 'When the app was taken out.' }) delisted_at!: Date;
}

@Shape('An administrator suspended or restored an app. No one can find, install or call a suspended app.')
export class SuspensionChanged {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Tenant of the developer.' }) tenant_id!: string;
  @Nullable() @Text({ description: 'Why the app is suspended. Null if it was restored.' }) reason!: string | null;
  @Instant({ description: 'When it was suspended or restored.' }) changed_at!: Date;
}

export const AppIdTaken = problem('app_id_taken', 409, 'This App ID is already in use');
export const AppCapReached = problem('app_cap_reached', 403, 'Your tier does not allow more apps.');
export const DeveloperAppNotFound = problem('no_such_app', 404, 'App not found');

export const appMembers = {
  createApp: operation('Create an app', {
    description: 'The app is a draft. Deploy it to call it yourself, and submit it to publish it.',
    input: CreateApp,
    output: App,
    problems: [NotADeveloper, AppIdTaken, AppCapReached],
    scope: 'developer:apps:write',
  }),
  listApps: operation('List your apps', {
    description: 'Oldest first, without manifests.',
    input: ListCursor,
    output: page(App),
    scope: 'developer:apps:read',
  }),
  getApp: operation('Read an app', {
    description: 'The developer gets all fields. Users who have the app get its public fields, in the release that they run.',
    input: AppRef,
    output: AppDetails,
    problems: [DeveloperAppNotFound],
    scope: 'developer:apps:read',
    spansCalls: true,
  }),
  updateApp: operation('Update an app', {
    description: 'A change of prices withdraws the app from review, and is not possible while the app is active.',
    input: UpdateApp,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, Conflict],
    scope: 'developer:apps:write',
  }),
  suspendApp: operation('Take an app out of the marketplace', {
    description: 'The next approval lists it again. Users who have installed it keep it.',
    input: AppRef,
    output: App,
    problems: [DeveloperAppNotFound, AppSuspended, Conflict],
    scope: 'developer:apps:write',
  }),
  deleteApp: operation('Delete an app', {
    description: 'An active app must be suspended first. Users who have installed it keep it, and the id of an approved app stays taken.',
    input: DeleteApp,
    output: AppDeleted,
    problems: [DeveloperAppNotFound, AppSuspended, Conflict],
    scope: 'developer:apps:write',
  }),
  syncManifest: operation('Store the manifest and icon of an app (services only)', {
    description: 'Users see them after the next deploy and approval.',
    input: SyncManifest,
    output: ManifestSynced,
    problems: [DeveloperAppNotFound],
  }),

  appDelisted: event(AppDelisted),
  suspensionChanged: event(SuspensionChanged),
};
