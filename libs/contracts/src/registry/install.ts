import { AppRef, IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, List, Optional, Shape, Text } from '../fields.js';
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
  listInstalledApps: operation('Find which apps the caller has installed', { input: AppIds, output: AppIdList }),
  installChanged: event(InstallChanged),
};
