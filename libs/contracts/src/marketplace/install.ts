import { AppRef, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Shape, Text } from '../fields.js';
import { SystemApp } from '../registry/index.js';
import { AppNotFound } from './listing.js';

const docs = {
  install_count: { description: 'Number of users who have installed the app.', example: 128 },
} satisfies Record<string, FieldDocs>;

@Shape('The installed app.')
export class InstallReceipt {
  @Text(IDS.app) app_id!: string;
  @Instant({ description: 'When you installed the app.' }) installed_at!: Date;
  @Text({ description: 'Always `installed`.', example: 'installed' }) status!: string;
  @Bool({ description: 'Always true.' }) installed!: boolean;
  @Int(docs.install_count) install_count!: number;
}

@Shape('The uninstalled app.')
export class UninstallReceipt {
  @Text(IDS.app) app_id!: string;
  @Text({ description: 'Always `uninstalled`.', example: 'uninstalled' }) status!: string;
  @Bool({ description: 'Always false.', example: false }) installed!: boolean;
  @Int(docs.install_count) install_count!: number;
}

export const installMembers = {
  installApp: operation('Install an app and consent to its permissions', {
    description: 'Installing again renews the consent, for example after an update that needs more permissions.',
    input: AppRef,
    output: InstallReceipt,
    problems: [AppNotFound, SystemApp],
    scope: 'marketplace:write',
    spansCalls: true,
  }),
  uninstallApp: operation('Uninstall an app', {
    description: 'Uninstalling an app that is not installed has no effect.',
    input: AppRef,
    output: UninstallReceipt,
    problems: [AppNotFound, SystemApp],
    scope: 'marketplace:write',
    spansCalls: true,
  }),
};
