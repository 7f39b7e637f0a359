import { billing } from '@skep/contracts/billing';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { BillingConfig } from './billing.config.js';
import { BillingModule } from './billing.module.js';

export const service: Service = {
  name: 'billing',
  contract: billing,
  config: BillingConfig,
  modules: [BillingModule],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
