import { type Declared, type Env, runProcess } from '@skep/platform';
import type { Apis } from './api.js';
import { apis as allApis } from './apis/index.js';
import { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { startGateway } from './start-gateway.js';

export const service: Declared = { name: 'api-gateway', config: GatewayConfig, modules: [GatewayModule] };

export const start = (env: Env, apis: Apis = allApis) => startGateway(service, apis, env);

if (import.meta.main) await runProcess(start);
