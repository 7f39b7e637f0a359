import { AppRef, IDS, ListOffset } from './common.js';
import { contract, event, list, operation } from './define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from './fields.js';
import { Conflict, NotFound, problem } from './problem.js';
import { Icon } from './urls.js';

const docs = {
  name: { description: 'Name that users see.', example: 'Link Saver' },
  description: { description: 'Description of the app.', example: 'Saves links and finds them again.' },
  version: { description: 'Version of the release, as its author states it.', example: '1.2.0' },
  icon: { description: 'An http or https URL, an emoji, or an icon name. Empty if there is none.', example: '🔖' },
  revision: { description: 'Number of the release. The first release of an app is 1.', example: 3 },
  is_disabled: { description: 'True if you turned the app off: it cannot be called.', example: false },
  installed_at: { description: 'When you installed the app.' },
  install_count: { description: 'Number of users who have installed the app.', example: 128 },
  permissions: { description: 'Ids of the permissions that the release needs.', example: ['store:read', 'store:write'] },
  ir: { description: 'App as an IR envelope.' },
  manifest: { description: 'Manifest of the release.' },
} satisfies Record<string, FieldDocs>;

@Shape('A function of an app.')
export class FunctionInfo {
  @Text({ description: 'Name to call the function by.', example: 'save_link' }) name!: string;
  @Text({ description: 'What the function does, for people and agents.', example: 'Saves a link for later.' }) description!: string;
  @Json({
    description: 'JSON Schema of `params`.',
    bytes: Infinity,
    example: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
  })
  params_schema!: Record<string, unknown>;
  @Nullable()
  @Text({
    description: '`read`, `write` or `destructive`, as the author states it. Null if they do not; it then counts as a write.',
    example: 'write',
  })
  action_type!: string | null;
}

@Shape('A permission: one thing that an app can do on behalf of a user, computed from its release.')
export class Permission {
  @Text({ description: 'Id of the permission.', example: 'store:write' }) id!: string;
  @Text({ description: 'What it allows, as a sentence for users.', example: 'Create, change and delete the data that it keeps for you.' })
  description!: string;
}

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
export class AccessQuery extends ListOffset {
  @Text({ max: 64, ...IDS.tenant }) tenant_id: string = 'default';
}

@Shape('The users of a tenant who can use an app.')
export class AppAccess {
  @Text(IDS.app) app_id!: string;
  @Text(docs.name) name!: string;
  @Nullable()
  @List('text', { max: 1_000_000, description: 'Ids of the users who have the app. Null if every user has it.', example: ['imp_u_4f9a'] })
  user_ids!: string[] | null;
  @List('text', { description: 'Ids of the users who turned the app off.', example: [] }) disabled_user_ids!: string[];
}

@Shape('What a caller may run of an app.')
export class CallableApp {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.developer) developer_id!: string;
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
}

@Shape('Identifies a release.')
export class ReleaseRef extends AppRef {
  @Int({ min: 1, ...docs.revision }) revision!: number;
}

@Shape('A release: an immutable version of an app.')
export class Release {
  @Text(IDS.app) app_id!: string;
  @Int(docs.revision) revision!: number;
  @Text(docs.version) version!: string;
  @Nullable()
  @Json({ description: `${docs.ir.description} Null if the app is not declarative: it cannot run.` })
  ir!: Record<string, unknown> | null;
  @Json(docs.manifest) manifest!: Record<string, unknown>;
  @List(() => FunctionInfo, { description: 'Functions of the release.' }) functions!: FunctionInfo[];
}

@Shape('The content of a new release.')
export class PublishRelease extends AppRef {
  @Text(IDS.developer) developer_id!: string;
  @Text({ max: 200, ...docs.name }) name!: string;
  @Text({ max: 2000, ...docs.description }) description: string = '';
  @Icon() icon: string = '';
  @Text({ max: 64, ...docs.version }) version!: string;
  @Optional()
  @Json({ bytes: Infinity, description: `${docs.ir.description} Left out if the app is not declarative.` })
  ir?: Record<string, unknown>;
  @Json({ bytes: Infinity, ...docs.manifest }) manifest!: Record<string, unknown>;
  @List(() => FunctionInfo, { description: 'Functions of the release.' }) functions!: FunctionInfo[];
  @List('text', { ...docs.permissions, description: `${docs.permissions.description} \`kernel.checkIr\` computes them.` })
  permissions: string[] = [];
}

@Shape('The release that was published.')
export class PublishedRelease {
  @Text(IDS.app) app_id!: string;
  @Int(docs.revision) revision!: number;
}

@Shape('An app to install. Installing it is consent to the permissions of the release.')
export class InstallApp extends AppRef {
  @Optional() @Int({ min: 1, description: 'Number of the release to consent to. Left out: the approved release.' }) revision?: number;
}

@Shape('The installed app.')
export class InstalledApp {
  @Text(IDS.app) app_id!: string;
  @Instant(docs.installed_at) installed_at!: Date;
  @Int(docs.install_count) install_count!: number;
}

@Shape('The uninstalled app.')
export class UninstalledApp {
  @Text(IDS.app) app_id!: string;
  @Int(docs.install_count) install_count!: number;
}

@Shape('A user installed or uninstalled an app.')
export class InstallChanged {
  @Text(IDS.app) app_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Bool({ description: 'True if the user installed the app, false if they uninstalled it.' }) installed!: boolean;
  @Int(docs.install_count) install_count!: number;
  @Int({
    description: 'Grows with each install and uninstall of the app. Consumers ignore a message with a lower number than the last one.',
  })
  sequence!: number;
}

@Shape('Ids of apps.')
export class AppIds {
  @List('text', { max: 200, description: 'Ids of apps.', example: ['link-saver'] }) app_ids!: string[];
}

@Shape('Whether you turned an extension off.')
export class AppAvailability {
  @Text(IDS.app) app_id!: string;
  @Bool(docs.is_disabled) is_disabled!: boolean;
}

@Shape('Ids of apps.')
export class AppIdList {
  @List('text', { description: 'Ids of apps.', example: ['link-saver'] }) app_ids!: string[];
}

export const AppNotInstalled = problem('app_not_installed', 404, 'This app does not exist, or you have not installed it.');
export const AppDisabled = problem('app_disabled', 403, 'You turned this app off. Turn it on to call it.');
export const AppSuspended = problem('app_suspended', 403, 'An administrator has suspended this app.');
export const SystemApp = problem('system_app', 403, 'This app is part of the platform: it cannot be installed, uninstalled or turned off.');

export const registry = contract('registry', {
  listMyExtensions: operation('List your extensions with their functions', {
    description: 'Apps of the platform come first, then the others by name.',
    input: ListOffset,
    output: list(MyExtension),
    scope: 'extensions:read',
  }),
  listAccess: operation('List the users of each app (services only)', {
    description: 'For each app of a tenant: the users who have it, and those who turned it off.',
    input: AccessQuery,
    output: list(AppAccess),
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
  /** Internal: called before each call of a function. */
  resolveCall: operation('Find the release that a caller runs', {
    input: AppRef,
    output: CallableApp,
    problems: [AppNotInstalled, AppSuspended, AppDisabled],
  }),
  getRelease: operation('Read a release', { input: ReleaseRef, output: Release, problems: [NotFound] }),
  /** Internal: content equal to that of the newest release returns that release. `conflict` if the id belongs to another developer. */
  publishRelease: operation('Publish a release', { input: PublishRelease, output: PublishedRelease, problems: [Conflict] }),
  installApp: operation('Install an app', {
    description: 'Installing again renews the consent.',
    input: InstallApp,
    output: InstalledApp,
    problems: [AppNotInstalled, AppSuspended],
  }),
  uninstallApp: operation('Uninstall an app', { input: AppRef, output: UninstalledApp }),
  listInstalledApps: operation('Find which apps the caller has installed', { input: AppIds, output: AppIdList }),

  installChanged: event(InstallChanged),
});
