import { portal } from '@skep/contracts/portal';
import { type Env, runProcess, serve, type Service, ServiceConfig } from '@skep/platform';
import { DeveloperPortalModule } from './developer-portal.module.js';

export const service: Service = {
  name: 'developer-portal',
  contract: portal,
  config: ServiceConfig,
  modules: [DeveloperPortalModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
