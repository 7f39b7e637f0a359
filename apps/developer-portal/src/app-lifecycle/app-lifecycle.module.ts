import { auth } from '@skep/contracts/auth';
import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { DeployModule } from '../deploy/deploy.module.js';
import { DeveloperModule } from '../developer/developer.module.js';
import { SubmissionModule } from '../submission/submission.module.js';
import { AppKeyHandlers } from './app-key.handlers.js';
import { ExtensionTokenHandlers } from './extension-token.handlers.js';
import { AppLifecycleHandlers } from './app-lifecycle.handlers.js';
import { CreateApp } from './create-app.js';
import { DeployIr } from './deploy-ir.js';
import { GetApp } from './get-app.js';
import { RetireApp } from './retire-app.js';
import { SetAppStatus } from './set-app-status.js';
import { SyncManifest } from './sync-manifest.js';
import { UpdateApp } from './update-app.js';

/** What developers and administrators do with an app as a whole, which needs its deploys, its submissions and its developer. */
@Aggregate({
  imports: [AppModule, DeveloperModule, DeployModule, SubmissionModule],
  handlers: [AppLifecycleHandlers, AppKeyHandlers, ExtensionTokenHandlers],
  providers: [CreateApp, GetApp, UpdateApp, SyncManifest, DeployIr, RetireApp, SetAppStatus],
  calls: [
    ...[auth.createAppKey, auth.listAppKeys, auth.revokeAppKey, registry.getMyExtension],
    ...[auth.createExtensionToken, auth.listExtensionTokens, auth.revokeExtensionToken],
  ],
})
export class AppLifecycleModule {}
