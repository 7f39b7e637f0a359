import { portal } from '@skep/contracts/portal';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { AppEntity } from './app/app.entity.js';
import { DeployEntity } from './deploy/deploy.entity.js';
import { DeveloperEntity } from './developer/developer.entity.js';
import { DeveloperPortalConfig, DeveloperPortalModule } from './developer-portal.module.js';
import { Baseline1763769600610 } from './migrations/1-baseline.js';
import { SubmissionEntity } from './submission/submission.entity.js';

export const service: Service = {
  name: 'developer-portal',
  contract: portal,
  config: DeveloperPortalConfig,
  module: DeveloperPortalModule,
  entities: [DeveloperEntity, AppEntity, DeployEntity, SubmissionEntity],
  migrations: [Baseline1763769600610],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
