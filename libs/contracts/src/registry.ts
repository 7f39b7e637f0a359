import { AppRef, ListOffset } from './common.js';
import { contract, event, list, operation } from './define.js';
import { Bool, Instant, Int, Json, List, Nullable, Optional, Text } from './fields.js';
import { Conflict, NotFound, problem } from './problem.js';
import { Icon } from './urls.js';

/** One function of an app, as a person or an agent sees it. */
export class FunctionInfo {
  @Text() name!: string;
  @Text() description!: string;
  @Json({ description: 'JSON Schema of `params`.', bytes: Infinity }) params_schema!: Record<string, unknown>;
  @Nullable() @Text({ example: 'read' }) action_type!: string | null;
}

/** Something that an app can do for the person who has installed it, computed from what its release holds. */
export class Permission {
  @Text({ example: 'store:write' }) id!: string;
  @Text({ description: 'A sentence for people.' }) description!: string;
}

/** An extension as its user sees it. */
export class MyExtension {
  @Text() app_id!: string;
  @Text() name!: string;
  @Text() description!: string;
  @Text() version!: string;
  @Text() icon!: string;
  @Bool() system!: boolean;
  @List(() => FunctionInfo) functions!: FunctionInfo[];
  @List(() => FunctionInfo) tools!: FunctionInfo[];
  @List('json') panels!: Record<string, unknown>[];
  @Bool() is_installed!: boolean;
  @Bool() is_disabled!: boolean;
  @Bool({ description: 'An administrator has suspended it: nobody can call it.' }) is_suspended!: boolean;
  @Nullable() @Instant() installed_at!: Date | null;
  @List(() => Permission, { description: 'What the release that you run can do.' }) permissions!: Permission[];
  @Bool({ description: 'The approved release wants more than you have consented to. Install the app again to consent and run it.' })
  consent_needed!: boolean;
  @List(() => Permission, { description: 'What the approved release wants beyond your consent.' }) new_permissions!: Permission[];
}

export class AccessQuery extends ListOffset {
  @Text({ max: 64 }) tenant_id: string = 'default';
}

/** Who may use an app. `user_ids` null: everybody of the tenant. */
export class AppAccess {
  @Text() app_id!: string;
  @Text() name!: string;
  @Nullable() @List('text', { max: 1_000_000 }) user_ids!: string[] | null;
  @List('text') disabled_user_ids!: string[];
}

/** What a caller may run of an app right now. */
export class CallableApp {
  @Text() app_id!: string;
  @Text() developer_id!: string;
  @Int({ description: 'The newest approved release within the caller’s consent, or the newest one for the app’s own developer.' })
  revision!: number;
  @Nullable()
  @List('text', { description: 'The permissions to which the caller has consented; null: all that the release wants.' })
  permissions!: string[] | null;
  @Nullable()
  @Json({ description: 'Credits a call by function, as approved. None for the app’s own developer.' })
  tool_prices!: Record<string, number> | null;
  @Int({ description: 'Of which the developer gets so many percent.' }) revenue_split!: number;
}

export class ReleaseRef extends AppRef {
  @Int({ min: 1 }) revision!: number;
}

/** One immutable release of an app. */
export class Release {
  @Text() app_id!: string;
  @Int() revision!: number;
  @Text() version!: string;
  @Nullable() @Json() ir!: Record<string, unknown> | null;
  @Json() manifest!: Record<string, unknown>;
  @List(() => FunctionInfo) functions!: FunctionInfo[];
}

export class PublishRelease extends AppRef {
  @Text() developer_id!: string;
  @Text({ max: 200 }) name!: string;
  @Text({ max: 2000 }) description: string = '';
  @Icon() icon: string = '';
  @Text({ max: 64 }) version!: string;
  @Optional() @Json({ bytes: Infinity }) ir?: Record<string, unknown>;
  @Json({ bytes: Infinity }) manifest!: Record<string, unknown>;
  @List(() => FunctionInfo) functions!: FunctionInfo[];
  @List('text', { description: 'The ids of the permissions that it wants, as `kernel.checkIr` found them.' }) permissions: string[] = [];
}

export class PublishedRelease {
  @Text() app_id!: string;
  @Int() revision!: number;
}

/** Installing is consent to what this release can do. */
export class InstallApp extends AppRef {
  @Optional() @Int({ min: 1, description: 'Left out: the approved release.' }) revision?: number;
}

export class InstalledApp {
  @Text() app_id!: string;
  @Instant() installed_at!: Date;
  @Int() install_count!: number;
}

export class UninstalledApp {
  @Text() app_id!: string;
  @Int() install_count!: number;
}

export class InstallChanged {
  @Text() app_id!: string;
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Bool() installed!: boolean;
  @Int() install_count!: number;
  @Int({ description: 'Grows with each change of the app’s installs, so that an older message can be told from a newer one.' })
  sequence!: number;
}

export class AppIds {
  @List('text', { max: 200 }) app_ids!: string[];
}

export class AppAvailability {
  @Text() app_id!: string;
  @Bool() is_disabled!: boolean;
}

export class AppIdList {
  @List('text') app_ids!: string[];
}

export const AppNotInstalled = problem('app_not_installed', 404, 'This app is not installed for you, or there is no such app.');
export const AppDisabled = problem('app_disabled', 403, 'You have switched this app off.');
export const AppSuspended = problem('app_suspended', 403, 'An administrator has suspended this app.');
export const SystemApp = problem('system_app', 403, 'This app is part of the system.');

export const registry = contract('registry', {
  listMyExtensions: operation('List your extensions with their functions', {
    input: ListOffset,
    output: list(MyExtension),
    scope: 'extensions:read',
  }),
  listAccess: operation('List who may use which app', { input: AccessQuery, output: list(AppAccess) }),
  disableExtension: operation('Switch an app off for yourself', {
    input: AppRef,
    output: AppAvailability,
    problems: [AppNotInstalled, SystemApp],
    scope: 'extensions:write',
  }),
  enableExtension: operation('Switch an app on again', {
    input: AppRef,
    output: AppAvailability,
    problems: [AppNotInstalled],
    scope: 'extensions:write',
  }),

  /** Internal: one of `listMyExtensions`. */
  getMyExtension: operation('Read one of the caller’s extensions', { input: AppRef, output: MyExtension, problems: [AppNotInstalled] }),
  /** Internal: may the caller run this app, and which release? */
  resolveCall: operation('Find what a caller may run', {
    input: AppRef,
    output: CallableApp,
    problems: [AppNotInstalled, AppSuspended, AppDisabled],
  }),
  getRelease: operation('Read a release', { input: ReleaseRef, output: Release, problems: [NotFound] }),
  /** Internal: the same content as the newest release once more is that release. A conflict when the id is another developer's. */
  publishRelease: operation('Add a release', { input: PublishRelease, output: PublishedRelease, problems: [Conflict] }),
  installApp: operation('Install an app for the caller, or consent again', {
    input: InstallApp,
    output: InstalledApp,
    problems: [AppNotInstalled, AppSuspended],
  }),
  uninstallApp: operation('Uninstall an app for the caller', { input: AppRef, output: UninstalledApp }),
  listInstalledApps: operation('Say which of these apps the caller has installed', { input: AppIds, output: AppIdList }),

  installChanged: event(InstallChanged),
});
