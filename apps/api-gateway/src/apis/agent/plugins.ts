import { agent } from '@skep/contracts/agent';
import { del, get, post } from '../../table.js';
import { person, reader } from './access.js';

/** A git server may take a while, twice. */
const GIT_MS = 70_000;

export const pluginRoutes = [
  get('/api/plugins', agent.listPlugins, reader),
  post('/api/plugins/install', agent.installPlugin, person, { timeoutMs: GIT_MS }),
  post('/api/plugins/reload', agent.reloadPlugins, person),
  get('/api/plugins/{name}', agent.getPlugin, reader),
  del('/api/plugins/{name}', agent.removePlugin, person),
  post('/api/plugins/{name}/enable', agent.enablePlugin, person),
  post('/api/plugins/{name}/disable', agent.disablePlugin, person),
];
