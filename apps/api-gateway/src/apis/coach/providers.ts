import { connections, VENDOR_MESSAGE_BYTES } from '@skep/contracts/connections';
import { vendorRequestExchange } from '../../exchange/vendor-request-exchange.js';
import { open } from '../../route.js';
import { del, get, post, routeBuilder, seeOther } from '../../table.js';
import { person } from './access.js';

const PROVIDER = '/health-providers/{provider}';
const CALLBACK = `${PROVIDER}/callback`;
/** The code is exchanged at the provider, and the account described. */
const timeoutMs = 25_000;
const STRAVA = '/strava_webhooks/{secret}';
const vendor = vendorRequestExchange(VENDOR_MESSAGE_BYTES);
const ofVendor = { perMinute: 3_000, timeoutMs: 10_000 };

export const providerRoutes = [
  get('/health-providers', connections.listHealthProviders, person),
  get(PROVIDER, connections.getHealthProvider, person),
  post(`${PROVIDER}/connect`, connections.connectHealth, person),
  seeOther(CALLBACK, connections.finishHealthConnection, open(), { timeoutMs, failuresPerMinute: 60 }),
  post(CALLBACK, connections.finishHealthConnectionInApp, person, { timeoutMs }),
  del(PROVIDER, connections.disconnectHealth, person, { status: 204 }),
  post(`${PROVIDER}/disconnect`, connections.disconnectHealth, person, { id: 'disconnectHealthByPost', status: 204 }),
  routeBuilder('GET', vendor)(STRAVA, connections.receiveStrava, open(), { id: 'checkStravaAddress', ...ofVendor }),
  routeBuilder('POST', vendor)(STRAVA, connections.receiveStrava, open(), ofVendor),
  routeBuilder('POST', vendor)('/garmin_webhooks/{secret}', connections.receiveGarmin, open(), ofVendor),
];
