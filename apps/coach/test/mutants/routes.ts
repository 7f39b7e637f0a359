import { e2eTest, type Mutant } from '@skep/testkit';

const SENDS = 'src/route-send/route-send.repository.js';
const GARMIN = 'src/route-send/garmin-courses.js';
const ELSEWHERE = e2eTest('route-send', 'sees nothing of what another browser sends');
const CRASH = e2eTest('route-send-crash', 'a course whose request was on its way when the process was killed is not sent again');

/** Planted bugs: each would show or change the route of someone else, send to the wrong account, or send a course twice or wrongly. */
export const routes: Mutant[] = [
  {
    name: 'routes: a route is changed with any edit token',
    file: 'src/route/route.repository.js',
    find: 'if (!timingSafeEqual(row.edit_hash, hashOf(edit_token)))',
    plant: 'if (!timingSafeEqual(row.edit_hash, row.edit_hash))',
    test: e2eTest('routes', 'is changed only with its edit token, which only its hash is stored of'),
  },
  {
    name: 'routes: engines are asked with latitudes first',
    file: 'src/route/to-route.js',
    find: '({ lat, lon }) => [lon, lat]',
    plant: '({ lat, lon }) => [lat, lon]',
    test: e2eTest('engines', 'is asked with longitudes first, and answers with its climbs'),
  },
  {
    name: 'routes: polylines of Valhalla are read with five digits',
    file: 'src/route/engines/valhalla.js',
    find: 'PRECISION = 6',
    plant: 'PRECISION = 5',
    test: e2eTest('engines', 'has polylines with six digits, legs that meet, and heights of their own'),
  },
  {
    name: 'routes: an engine that swaps longitude and latitude is believed',
    file: 'src/route/route-planner.js',
    find: ' || !found.line.every(exists)',
    plant: '',
    test: e2eTest('engines', 'that swaps longitude and latitude is not believed'),
  },
  {
    name: 'routes: a GPX file may have a document type',
    file: 'src/route/read-gpx.js',
    find: `throw fault('The file must not have a document type');`,
    plant: '',
    test: { file: 'src/route/gpx.spec.js', name: 'with an empty document type is refused' },
  },
  {
    name: 'routes: a GPX file is kept after it was read',
    file: 'src/route/import-route.js',
    find: 'await this.objects.removeUnkept([file.object_id]);',
    plant: '',
    test: e2eTest('routes', 'reads a file, saves nothing, and removes the file'),
  },
  {
    name: 'route-send: any browser comes back with a state',
    file: SENDS,
    find: 'where state_hash = :state_hash and browser_hash = :browser_hash and',
    plant: 'where state_hash = :state_hash and :browser_hash::bytea is not null and',
    test: e2eTest('route-send', 'comes back only in the browser that started, and once'),
  },
  {
    name: 'route-send: a state has no end',
    file: SENDS,
    find: ' and expires_at > now()`',
    plant: '`',
    test: e2eTest('route-send', 'has ten minutes to agree'),
  },
  {
    name: 'route-send: the id of a sending is enough to see it',
    file: SENDS,
    find: 'if (!send?.browser_hash?.equals(hashOf(browser)))',
    plant: 'if (!send)',
    test: ELSEWHERE,
  },
  {
    name: 'route-send: the id of a sending is enough to repeat it',
    file: SENDS,
    find: 'where send_id = :send_id and browser_hash = :browser_hash for update',
    plant: 'where send_id = :send_id and :browser_hash::bytea is not null for update',
    test: ELSEWHERE,
  },
  {
    name: 'route-send: the browser is sent anywhere',
    file: 'src/route-send/start-send.js',
    find: ' || !mayReturnTo(place, this.allowed)',
    plant: '',
    test: e2eTest('route-send', 'cannot start with a place that is not allowed'),
  },
  {
    name: 'route-send: a request is not noted before it begins',
    file: 'src/route-send/send-course.js',
    find: 'if (!(await this.sends.beginRequest(send.send_id)))',
    plant: 'if (false)',
    test: CRASH,
  },
  {
    name: 'route-send: a course that may have arrived may be sent again',
    file: GARMIN,
    find: "isUnsent(error) ? { kind: 'unavailable', retryAfterMs: 0 } : { kind: 'unknown' }",
    plant: "{ kind: 'unavailable', retryAfterMs: 0 }",
    test: e2eTest('route-send', 'whose course may have arrived is not sent again: Garmin was broken after success'),
  },
  {
    name: 'route-send: sendings of one route do not wait for each other',
    file: SENDS,
    find: ', lane: JSON.stringify([user, send.route_id])',
    plant: '',
    test: e2eTest('route-send', 'who sends at once, several times, has one course'),
  },
  {
    name: 'route-send: a missing permission counts as a refusal',
    file: GARMIN,
    find: 'if (status === 412)',
    plant: 'if (status === 499)',
    test: e2eTest('route-send', 'who has not allowed courses is told so, whatever the list of permissions says'),
  },
  {
    name: 'route-send: heights are sent if some points have one',
    file: 'src/route-send/course.js',
    find: 'const isHigh = hasHeights(line);',
    plant: 'const isHigh = line.some((point) => point.length === 3);',
    test: e2eTest('route-send', 'sends heights of all points or none, if some points have one'),
  },
  {
    name: 'route-send: the token of a visitor is kept',
    file: 'src/route-send/route-send.handlers.js',
    find: 'await this.tokens.forget(ctx, send_id);',
    plant: '',
    test: e2eTest('route-send', 'sends a route: Garmin gets it as it was, once, and the token is forgotten'),
  },
];
