import { registry } from '@skep/contracts';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { AppEntity } from './app/app.entity.js';
import { ApprovalEntity } from './app/approval.entity.js';
import { ReleaseEntity } from './app/release.entity.js';
import { InstallEntity } from './extension/install.entity.js';
import { DisabledExtensionEntity } from './extension/disabled-extension.entity.js';
import { Registry1763769600200 } from './migrations/1-registry.js';
import { Prices1763769600201 } from './migrations/2-prices.js';
import { Suspensions1763769600202 } from './migrations/3-suspensions.js';
import { RegistryConfig, RegistryModule } from './registry.module.js';

export const service: Service = {
  name: 'registry',
  contract: registry,
  config: RegistryConfig,
  module: RegistryModule,
  entities: [AppEntity, ApprovalEntity, ReleaseEntity, InstallEntity, DisabledExtensionEntity],
  migrations: [Registry1763769600200, Prices1763769600201, Suspensions1763769600202],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
