import { registry } from '@skep/contracts/registry';
import { Aggregate } from '@skep/platform';
import { AppModule } from '../app/app.module.js';
import { SubmissionModule } from '../submission/submission.module.js';
import { AdministrationHandlers } from './administration.handlers.js';
import { AllApps } from './all-apps.js';
import { PurgeApp } from './purge-app.js';
import { SetAppMetadata } from './set-app-metadata.js';
import { SetAppStatus } from './set-app-status.js';

/** What administrators do with the apps of all developers, apart from reviews. */
@Aggregate({
  imports: [AppModule, SubmissionModule],
  handlers: [AdministrationHandlers],
  providers: [AllApps, SetAppStatus, SetAppMetadata, PurgeApp],
  exports: [SetAppStatus],
  calls: [registry.countInstalls],
})
export class AdministrationModule {}
