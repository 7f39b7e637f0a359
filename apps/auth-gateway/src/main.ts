import { auth } from '@skep/contracts/auth';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { AuthGatewayConfig } from './auth-gateway.config.js';
import { AuthGatewayModule } from './auth-gateway.module.js';

export const service: Service = {
  name: 'auth-gateway',
  contract: auth,
  config: AuthGatewayConfig,
  modules: [AuthGatewayModule],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
