import { portal } from '@skep/contracts/portal';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AdministrationModule } from './administration/administration.module.js';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { AppModule } from './app/app.module.js';
import { AppLifecycleModule } from './app-lifecycle/app-lifecycle.module.js';
import { DeployModule } from './deploy/deploy.module.js';
import { DeveloperPortalConfig } from './developer-portal.config.js';
import { DeveloperModule } from './developer/developer.module.js';
import { EarningsModule } from './earnings/earnings.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { PublisherModule } from './publisher/publisher.module.js';
import { ReleaseFileModule } from './release-file/release-file.module.js';
import { RegisteredAppModule } from './registered-app/registered-app.module.js';
import { SubmissionModule } from './submission/submission.module.js';

export const service: Service = {
  name: 'developer-portal',
  contract: portal,
  config: DeveloperPortalConfig,
  modules: [
    AppModule,
    DeveloperModule,
    PublisherModule,
    DeployModule,
    SubmissionModule,
    AppLifecycleModule,
    RegisteredAppModule,
    ReleaseFileModule,
    EarningsModule,
    AnalyticsModule,
    AdministrationModule,
    ErasureModule,
  ],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
