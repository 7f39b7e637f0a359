import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
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
import { SigningSecretHandlers } from './signing-secret.handlers.js';
import { SyncManifest } from './sync-manifest.js';
import { UpdateApp } from './update-app.js';
import { WebhookHandlers } from './webhook.handlers.js';

/** What developers do with an app as a whole, which needs its deploys, its submissions and its developer. */
@Aggregate({
  imports: [AppModule, DeveloperModule, DeployModule, SubmissionModule],
  handlers: [AppLifecycleHandlers, AppKeyHandlers, ExtensionTokenHandlers, SigningSecretHandlers, WebhookHandlers],
  providers: [CreateApp, GetApp, UpdateApp, SyncManifest, DeployIr, RetireApp],
  exports: [CreateApp, DeployIr, RetireApp],
  calls: [
    ...[auth.createAppKey, auth.listAppKeys, auth.revokeAppKey, registry.getMyExtension, registry.getRelease],
    ...[auth.createExtensionToken, auth.listExtensionTokens, auth.revokeExtensionToken],
    ...[kernel.createSigningSecret, kernel.listSigningSecrets],
  ],
})
export class AppLifecycleModule {}
