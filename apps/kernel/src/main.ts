import { kernel } from '@skep/contracts/kernel';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { KernelConfig } from './kernel.config.js';
import { KernelModule } from './kernel.module.js';

export const service: Service = {
  name: 'kernel',
  contract: kernel,
  config: KernelConfig,
  modules: [KernelModule],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
