import { AppRef, IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, List, Nested, Optional, Shape, Text } from '../fields.js';
import { AppNotInstalled, AppSuspended } from './extension.js';

const docs = {
  installed_at: { description: 'When you installed the app.' },
  install_count: { description: 'Number of users who have installed the app.', example: 128 },
} satisfies Record<string, FieldDocs>;

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

@Shape('Another release of an app is the approved one.')
export class LiveReleaseChanged extends AppRef {
  @Int({ min: 1, description: 'Number of the release.' }) revision!: number;
}

@Shape('An app is installed by a user.')
export class Install {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
}

@Shape('Which installs of an app to list.')
export class InstallsQuery extends AppRef {
  @Optional() @Nested(() => Install, { description: 'The last one of the previous page.' }) after?: Install;
}

@Shape('Installs of an app, by tenant and user.')
export class Installs {
  @List(() => Install, { description: 'At most 200; none after the last.' }) installs!: Install[];
}

@Shape('How many users have installed an app.')
export class InstallCount {
  @Int(docs.install_count) install_count!: number;
}

@Shape('Ids of apps.')
export class AppIds {
  @List('text', { max: 200, description: 'Ids of apps.', example: ['link-saver'] }) app_ids!: string[];
}

@Shape('Ids of apps.')
export class AppIdList {
  @List('text', { description: 'Ids of apps.', example: ['link-saver'] }) app_ids!: string[];
}

export const installMembers = {
  installApp: operation('Install an app', {
    description: 'Installing again renews the consent.',
    input: InstallApp,
    output: InstalledApp,
    problems: [AppNotInstalled, AppSuspended],
  }),
  uninstallApp: operation('Uninstall an app', { input: AppRef, output: UninstalledApp }),
  /** Internal: the portal asks it before an administrator deletes an app. */
  countInstalls: operation('Count the installs of an app', { input: AppRef, output: InstallCount }),
  listInstalledApps: operation('Find which apps the caller has installed', { input: AppIds, output: AppIdList }),
  /** Internal: automation asks it after `liveReleaseChanged`. */
  listInstalls: operation('List the installs of an app', { input: InstallsQuery, output: Installs }),
  installChanged: event(InstallChanged),
  liveReleaseChanged: event(LiveReleaseChanged),
};
