import { portal } from '@skep/contracts/portal';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { DeveloperPortalConfig, DeveloperPortalModule } from './developer-portal.module.js';

export const service: Service = {
  name: 'developer-portal',
  contract: portal,
  config: DeveloperPortalConfig,
  modules: [DeveloperPortalModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
