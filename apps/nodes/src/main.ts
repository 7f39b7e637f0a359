import { nodes } from '@skep/contracts/nodes';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { InvocationModule } from './invocation/invocation.module.js';
import { NodeModule } from './node/node.module.js';
import { NodesConfig } from './nodes.config.js';
import { NodeSocketModule } from './socket/node-socket.module.js';
import { PairingModule } from './pairing/pairing.module.js';
import { RemovalModule } from './removal/removal.module.js';

export const service: Service = {
  name: 'nodes',
  contract: nodes,
  config: NodesConfig,
  modules: [NodeModule, PairingModule, InvocationModule, NodeSocketModule, RemovalModule],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
