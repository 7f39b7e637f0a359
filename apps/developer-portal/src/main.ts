import { portal } from '@skep/contracts/portal';
import { type Env, runService, serve, type Service, ServiceConfig } from '@skep/platform';
import { AppModule } from './app/app.module.js';
import { AppLifecycleModule } from './app-lifecycle/app-lifecycle.module.js';
import { DeployModule } from './deploy/deploy.module.js';
import { DeveloperModule } from './developer/developer.module.js';
import { EarningsModule } from './earnings/earnings.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { SubmissionModule } from './submission/submission.module.js';

export const service: Service = {
  name: 'developer-portal',
  contract: portal,
  config: ServiceConfig,
  modules: [AppModule, DeveloperModule, DeployModule, SubmissionModule, AppLifecycleModule, EarningsModule, ErasureModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
