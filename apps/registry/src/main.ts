import { registry } from '@skep/contracts';
import { type Env, run, serve, type Service } from '@skep/platform';
import { App } from './app/app.entity.js';
import { Approval } from './app/approval.entity.js';
import { Release } from './app/release.entity.js';
import { Install } from './extension/install.entity.js';
import { SwitchedOff } from './extension/switched-off.entity.js';
import { Registry1763769600200 } from './migrations/1-registry.js';
import { Prices1763769600201 } from './migrations/2-prices.js';
import { Suspensions1763769600202 } from './migrations/3-suspensions.js';
import { RegistryConfig, RegistryModule } from './registry.module.js';

export const service: Service = {
  name: 'registry',
  contract: registry,
  config: RegistryConfig,
  module: RegistryModule,
  entities: [App, Approval, Release, Install, SwitchedOff],
  migrations: [Registry1763769600200, Prices1763769600201, Suspensions1763769600202],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await run(start);
