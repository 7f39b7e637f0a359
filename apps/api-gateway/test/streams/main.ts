import { Aggregate, type Env, runProcess } from '@skep/platform';
import { apis } from '../../src/apis/index.js';
import { calledBy } from '../../src/called-by.js';
import { GatewayModule } from '../../src/gateway.module.js';
import { service } from '../../src/main.js';
import { startGateway } from '../../src/start-gateway.js';
import { talks } from './api.js';

@Aggregate({ imports: [GatewayModule], calls: talks.routes.flatMap(calledBy) })
class TalksModule {}

/** Starts the gateway with the API of the tests of streams. */
export const start = (env: Env) => startGateway({ ...service, modules: [TalksModule] }, [...apis, talks], env);

if (import.meta.main) await runProcess(start);
