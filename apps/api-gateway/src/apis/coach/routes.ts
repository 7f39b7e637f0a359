import { coach } from '@skep/contracts/coach';
import { open } from '../../route.js';
import { del, gpx, ofOneBrowser, outcome, patch, post, upload } from '../../table.js';
import { person } from './access.js';

const ROUTE = '/routes/{route_id}';
const SEND = '/route-send/garmin/{send_id}';
const GPX = { mediaTypes: ['application/gpx+xml', 'application/xml', 'text/xml'], maxBytes: 5 << 20 };
const edit = { headers: { edit_token: 'x-edit-token' }, perMinute: 30 };
/** An engine may take ten seconds. */
const engine = { perMinute: 30, timeoutMs: 15_000 };
const unlisted = outcome({ headers: { 'x-robots-tag': { of: () => 'noindex', description: 'Search engines do not list it.' } } });

/** Routes of anyone, and what sends them to Garmin. */
export const routeRoutes = [
  post('/routes/plan', coach.planRoute, open(), engine),
  post('/routes/round-trip', coach.planRoundTrip, open(), engine),
  post('/routes/elevation', coach.measureElevation, open(), engine),
  upload('/routes/import', coach.importRoute, open(), { ...GPX, query: ['sport'], perMinute: 20, timeoutMs: 15_000 }),
  post('/routes', coach.saveRoute, open(), { status: 201, perMinute: 20 }),
  unlisted.get(ROUTE, coach.getRoute, open()),
  gpx(`${ROUTE}.gpx`, coach.getRouteGpx, open(), { id: 'downloadRoute' }),
  gpx(`${ROUTE}/gpx`, coach.getRouteGpx, open()),
  patch(ROUTE, coach.updateRoute, open(), edit),
  del(ROUTE, coach.deleteRoute, open(), { ...edit, status: 204 }),

  post('/route-send/garmin', coach.sendCourse, person, { perMinute: 20, timeoutMs: 30_000 }),
  ofOneBrowser.start('/route-send/garmin/start', coach.startCourseSend, open(), { perMinute: 20, timeoutMs: 15_000 }),
  ofOneBrowser.redirect('/route-send/garmin/callback', coach.finishCourseSend, open(), { status: 303, timeoutMs: 15_000 }),
  ofOneBrowser.get(SEND, coach.getCourseSend, open()),
  ofOneBrowser.post(`${SEND}/retry`, coach.retryCourseSend, open(), { status: 202, perMinute: 20 }),
];
