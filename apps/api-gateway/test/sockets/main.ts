import { Aggregate, type Env, runProcess } from '@skep/platform';
import { apis } from '../../src/apis/index.js';
import { calledBy } from '../../src/called-by.js';
import { GatewayModule } from '../../src/gateway.module.js';
import { service } from '../../src/main.js';
import { startGateway } from '../../src/start-gateway.js';
import { parrots } from './api.js';

@Aggregate({ imports: [GatewayModule], calls: parrots.routes.flatMap(calledBy) })
class ParrotsModule {}

/** Starts the gateway with the API of the tests of sockets. */
export const start = (env: Env) => startGateway({ ...service, modules: [ParrotsModule] }, [...apis, parrots], env);

if (import.meta.main) await runProcess(start);
