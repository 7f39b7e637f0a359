import { connections } from '@skep/contracts/connections';
import { open } from '../../route.js';
import { del, get, post, seeOther } from '../../table.js';
import { person } from './access.js';

const PROVIDER = '/health-providers/{provider}';
const CALLBACK = `${PROVIDER}/callback`;
/** The code is exchanged at the provider, and the account described. */
const timeoutMs = 25_000;

export const providerRoutes = [
  get('/health-providers', connections.listHealthProviders, person),
  get(PROVIDER, connections.getHealthProvider, person),
  post(`${PROVIDER}/connect`, connections.connectHealth, person),
  seeOther(CALLBACK, connections.finishHealthConnection, open(), { timeoutMs, failuresPerMinute: 60 }),
  post(CALLBACK, connections.finishHealthConnectionInApp, person, { timeoutMs }),
  del(PROVIDER, connections.disconnectHealth, person, { status: 204 }),
  post(`${PROVIDER}/disconnect`, connections.disconnectHealth, person, { id: 'disconnectHealthByPost', status: 204 }),
];
