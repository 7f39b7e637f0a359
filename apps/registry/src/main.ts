import { registry } from '@skep/contracts/registry';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { AppEntity } from './app/app.entity.js';
import { ApprovalEntity } from './app/approval.entity.js';
import { ReleaseEntity } from './app/release.entity.js';
import { InstallEntity } from './extension/install.entity.js';
import { DisabledExtensionEntity } from './extension/disabled-extension.entity.js';
import { Baseline1763769600200 } from './migrations/1-baseline.js';
import { RegistryConfig, RegistryModule } from './registry.module.js';

export const service: Service = {
  name: 'registry',
  contract: registry,
  config: RegistryConfig,
  module: RegistryModule,
  entities: [AppEntity, ApprovalEntity, ReleaseEntity, InstallEntity, DisabledExtensionEntity],
  migrations: [Baseline1763769600200],
  sql: new URL('../sql/', import.meta.url),
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
