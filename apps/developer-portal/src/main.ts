import { portal } from '@skep/contracts';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { AppEntity } from './app/app.entity.js';
import { DeployEntity } from './deploy/deploy.entity.js';
import { DeveloperEntity } from './developer/developer.entity.js';
import { DeveloperPortalConfig, DeveloperPortalModule } from './developer-portal.module.js';
import { Portal1763769600610 } from './migrations/1-portal.js';
import { Tiers1763769600620 } from './migrations/10-tiers.js';
import { Earnings1763769600630 } from './migrations/11-earnings.js';
import { Suspensions1763769600640 } from './migrations/12-suspensions.js';
import { SubmissionEntity } from './submission/submission.entity.js';

export const service: Service = {
  name: 'developer-portal',
  contract: portal,
  config: DeveloperPortalConfig,
  module: DeveloperPortalModule,
  entities: [DeveloperEntity, AppEntity, DeployEntity, SubmissionEntity],
  migrations: [Portal1763769600610, Tiers1763769600620, Earnings1763769600630, Suspensions1763769600640],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
