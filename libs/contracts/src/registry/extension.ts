import { AppRef, IDS, ListCursor } from '../common.js';
import { broadcast, operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { FunctionInfo, Permission } from './release.js';

const docs = {
  name: { description: 'Name that users see.', example: 'Link Saver' },
  description: { description: 'Description of the app.', example: 'Saves links and finds them again.' },
  version: { description: 'Version of the release, as its author states it.', example: '1.2.0' },
  icon: { description: 'An http or https URL, an emoji, or an icon name. Empty if there is none.', example: '🔖' },
  revision: { description: 'Number of the release. The first release of an app is 1.', example: 3 },
  is_disabled: { description: 'True if you turned the app off: it cannot be called.', example: false },
  installed_at: { description: 'When you installed the app.' },
  permissions: { description: 'Ids of the permissions that the release needs.', example: ['store:read', 'store:write'] },
} satisfies Record<string, FieldDocs>;

@Shape('An extension of yours: an app that you have installed, your own app, or an app of the platform.')
export class MyExtension {
  @Text(IDS.app) app_id!: string;
  @Text(docs.name) name!: string;
  @Text(docs.description) description!: string;
  @Text(docs.version) version!: string;
  @Text(docs.icon) icon!: string;
  @Bool({ description: 'True if the app is part of the platform: every user has it.', example: false }) system!: boolean;
  @List(() => FunctionInfo, { description: 'Functions of the release that you run.' }) functions!: FunctionInfo[];
  @List(() => FunctionInfo, { description: 'Same as `functions`.' }) tools!: FunctionInfo[];
  @List('json', { description: 'Panels of the release that you run: pieces of user interface as data.' })
  panels!: Record<string, unknown>[];
  @Bool({ description: 'True if you have installed the app, or every user has it.' }) is_installed!: boolean;
  @Bool(docs.is_disabled) is_disabled!: boolean;
  @Bool({ description: 'True if an administrator suspended the app: no one can call it.', example: false }) is_suspended!: boolean;
  @Nullable()
  @Instant({ description: `${docs.installed_at.description} Null if you did not.`, example: '2026-06-21T09:30:00Z' })
  installed_at!: Date | null;
  @List(() => Permission, { description: 'What the release that you run can do on your behalf.' }) permissions!: Permission[];
  @Bool({
    description: 'True if the approved release needs more permissions than you consented to. Install the app again to consent and run it.',
    example: false,
  })
  consent_needed!: boolean;
  @List(() => Permission, { description: 'Permissions of the approved release to which you have not consented.', example: [] })
  new_permissions!: Permission[];
}

@Shape('Selects the tenant.')
export class AccessQuery extends ListCursor {
  @Text({ max: 64, ...IDS.tenant }) tenant_id: string = 'default';
}

@Shape('The users of a tenant who can use an app.')
export class AppAccess {
  @Text(IDS.app) app_id!: string;
  @Text(docs.name) name!: string;
  @Nullable()
  @List('text', { max: 10_000, description: 'Ids of the users who have the app. Null if every user has it.', example: ['imp_u_4f9a'] })
  user_ids!: string[] | null;
  @List('text', { description: 'Ids of the users who turned the app off.', example: [] }) disabled_user_ids!: string[];
}

@Shape('What a caller may run of an app.')
export class CallableApp {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Id of the tenant of the developer.' }) developer_tenant_id!: string;
  @Int({
    ...docs.revision,
    description:
      'Number of the release: the newest approved one within the caller’s consent; for the developer of the app, the newest one.',
  })
  revision!: number;
  @Nullable()
  @List('text', {
    ...docs.permissions,
    description: 'Ids of the permissions that the caller consented to. Null: all that the release needs.',
  })
  permissions!: string[] | null;
  @Nullable()
  @Json({
    description: 'Base price in credits per call, by function, as approved. Null if the app is free, or for its developer.',
    example: { save_link: 2 },
  })
  tool_prices!: Record<string, number> | null;
  @Int({ description: 'Share of the developer in the base price, in percent.', example: 70 }) revenue_split!: number;
  @Optional()
  @Nullable()
  @Json({ bytes: Infinity, description: '`access_policy` of the settings of the app in the tenant of the caller. Null if there is none.' })
  access_policy?: Record<string, unknown> | null;
}

@Shape('What callers may run has changed. Sent after the change is committed; it may be lost.')
export class CallableAppChanged {
  @Optional() @Text({ ...IDS.app, description: 'The app; left out for all apps.' }) app_id?: string;
  @Optional() @Text({ ...IDS.user, description: 'The user for whom it has changed; left out for all users.' }) user_id?: string;
}

@Shape('What the release that a caller runs declares for other services to keep.')
export class AppDeclarations {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text({ ...IDS.tenant, description: 'Id of the tenant of the developer.' }) developer_tenant_id!: string;
  @Int(docs.revision) revision!: number;
  @List('json', { description: '`secrets` of the manifest.', example: [{ name: 'api_token', description: 'Your token.' }] })
  secrets!: Record<string, unknown>[];
  @List('json', { description: '`oauth` of the manifest.', example: [{ provider: 'google', scopes: ['email'] }] })
  oauth!: Record<string, unknown>[];
  @List('json', { description: '`webhooks` of the manifest.', example: [{ path: '/orders', method: 'POST' }] })
  webhooks!: Record<string, unknown>[];
}

@Shape('Whether you turned an extension off.')
export class AppAvailability {
  @Text(IDS.app) app_id!: string;
  @Bool(docs.is_disabled) is_disabled!: boolean;
}

export const AppNotInstalled = problem('app_not_installed', 404, 'This app does not exist, or you have not installed it.');

export const AppDisabled = problem('app_disabled', 403, 'You turned this app off. Turn it on to call it.');

export const AppSuspended = problem('app_suspended', 403, 'An administrator has suspended this app.');

export const SystemApp = problem('system_app', 403, 'This app is part of the platform: it cannot be installed, uninstalled or turned off.');

export const extensionMembers = {
  listMyExtensions: operation('List your extensions with their functions', {
    description: 'Apps of the platform come first, then the others by name.',
    input: ListCursor,
    output: page(MyExtension),
    scope: 'extensions:read',
  }),
  listAccess: operation('List the users of each app (services only)', {
    description:
      'For each app of a tenant: the users who have it, and those who turned it off. Apps of the platform come first, then the others by id. An answer names at most 1,000 apps and 10,000 users. An app with more users comes in several rows, one answer after another: join them by `app_id`.',
    input: AccessQuery,
    output: page(AppAccess),
  }),
  disableExtension: operation('Turn an extension off', {
    description: 'Only for yourself: it stays installed, but you cannot call it.',
    input: AppRef,
    output: AppAvailability,
    problems: [AppNotInstalled, SystemApp],
    scope: 'extensions:write',
  }),
  enableExtension: operation('Turn an extension on', {
    description: 'Turning on an extension that is on has no effect.',
    input: AppRef,
    output: AppAvailability,
    problems: [AppNotInstalled],
    scope: 'extensions:write',
  }),
  /** Internal: one row of `listMyExtensions`. */
  getMyExtension: operation('Read one of your extensions', { input: AppRef, output: MyExtension, problems: [AppNotInstalled] }),
  /** Internal: called before a call of a function; the kernel keeps the answer for two seconds, or until `callableAppChanged`. */
  resolveCall: operation('Find the release that a caller runs', {
    input: AppRef,
    output: CallableApp,
    problems: [AppNotInstalled, AppSuspended, AppDisabled],
  }),
  /** Internal: like `resolveCall`, also for an app that the caller turned off. For a caller without a user, the release that is live. */
  resolveDeclarations: operation('Find the secrets and accounts that an app declares', {
    input: AppRef,
    output: AppDeclarations,
    problems: [AppNotInstalled, AppSuspended],
  }),
  callableAppChanged: broadcast(CallableAppChanged),
};
