import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Course } from '../src/route-send/course.js';

const CLIENT = { id: 'garmin-client', secret: 'garmin-secret' };

/** A request for a course. */
export interface CourseCall {
  method: string;
  /** Of a `PUT`. */
  id: string | undefined;
  token: string;
  course: Course;
}

/** What it does with the next request for a course instead of taking it: a status, or what goes wrong with the connection. */
type Trouble = number | { status: number; retryAfter: string } | 'silent after success' | 'broken after success' | 'without id';

/** Garmin on loopback: OAuth with PKCE and tokens that rotate, permissions, and courses as strict as its partners say. */
export interface Garmin {
  /** The settings of coach and connections. */
  settings: Record<string, string>;
  /** What a person does in the browser. @returns what the browser brings back */
  agree(authorization_url: string, user: string): { state: string; code: string };
  courses: Map<string, Course>;
  calls: CourseCall[];
  /** What happens to the next requests for a course. */
  next: Trouble[];
  /** How long a course takes. */
  delayMs: number;
  /** People who have not allowed courses; `says`: whether the list of permissions tells. */
  without: Set<string>;
  says: 'object' | 'list' | 'wrong' | 'error';
  refreshes: number;
  /** Seconds of new access tokens. */
  lifetime: number;
  /** Ends all access tokens. */
  expireTokens(): void;
  close(): Promise<void>;
}

export async function startGarmin(): Promise<Garmin> {
  const codes = new Map<string, { user: string; challenge: string }>();
  const access = new Map<string, { user: string; until: number }>();
  const refresh = new Map<string, string>();
  let ids = 700_000;

  const grant = (user: string) => {
    const [access_token, refresh_token] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    access.set(access_token, { user, until: Date.now() + garmin.lifetime * 1_000 });
    refresh.set(refresh_token, user);
    return { access_token, refresh_token, token_type: 'bearer', expires_in: garmin.lifetime };
  };
  const token = (form: URLSearchParams): [number, object] => {
    if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret) return [401, { error: 'invalid_client' }];
    if (form.get('grant_type') === 'refresh_token') {
      const user = refresh.get(form.get('refresh_token') ?? '');
      refresh.delete(form.get('refresh_token') ?? '');
      garmin.refreshes++;
      return user === undefined ? [400, { error: 'invalid_grant' }] : [200, grant(user)];
    }
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url'); // prettier-ignore
    return code?.challenge === challenge ? [200, grant(code.user)] : [400, { error: 'invalid_grant' }];
  };
  const permissions = (user: string): [number, unknown] => {
    const all = ['ACTIVITY_EXPORT', 'WORKOUT_IMPORT', ...(garmin.without.has(user) ? [] : ['COURSE_IMPORT'])];
    return { object: [200, { permissions: all }], list: [200, all], wrong: [200, 'none of your business'], error: [500, {}] }[
      garmin.says
    ] as [number, unknown];
  };

  const takeCourse = async (
    call: CourseCall,
    user: string,
    answer: (status: number, json?: unknown, retryAfter?: string) => void,
    socket: IncomingMessage['socket'],
  ) => {
    garmin.calls.push(call);
    await new Promise((resolve) => setTimeout(resolve, garmin.delayMs));
    const trouble = garmin.next.shift();
    if (trouble === 401) access.delete(call.token);
    if (typeof trouble === 'number') return answer(trouble, { message: 'refused for a test' });
    if (typeof trouble === 'object') return answer(trouble.status, {}, trouble.retryAfter);
    const fault = faultOf(call.course);
    if (fault) return answer(400, { message: `not valid: ${fault}` });
    if (garmin.without.has(user)) return answer(412, { message: 'User has not granted COURSE_IMPORT' });
    if (call.id !== undefined && !garmin.courses.has(call.id)) return answer(404, {});
    const id = call.id ?? String(++ids);
    garmin.courses.set(id, call.course);
    if (trouble === 'silent after success') return;
    if (trouble === 'broken after success') return void socket.destroy();
    answer(200, trouble === 'without id' ? {} : { ...call.course, courseId: ids % 2 ? Number(id) : id });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const answer = (status: number, json: unknown = {}, retryAfter?: string) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...(retryAfter && { 'retry-after': retryAfter }) })
        .end(JSON.stringify(json));
    const path = request.url ?? '';
    if (path === '/token') return answer(...token(new URLSearchParams(body)));
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const holder = access.get(bearer);
    if (!holder || holder.until < Date.now()) return answer(401, { message: 'invalid token' });
    if (path.endsWith('/user/id')) return answer(200, { userId: holder.user });
    if (path.endsWith('/user/permissions')) return answer(...permissions(holder.user));
    const found = /^\/training-api\/courses\/v1\/course(?:\/(\w+))?$/.exec(path);
    if (!found) return answer(404);
    const [, id] = found;
    const course = JSON.parse(body) as Course;
    await takeCourse({ method: request.method ?? '', id, token: bearer, course }, holder.user, answer, request.socket);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const garmin: Garmin = {
    settings: {
      ...{ GARMIN_CLIENT_ID: CLIENT.id, GARMIN_CLIENT_SECRET: CLIENT.secret, GARMIN_API_BASE: url },
      ...{ GARMIN_AUTHORIZE_URL: `${url}/authorize`, GARMIN_TOKEN_URL: `${url}/token`, GARMIN_REVOKE_URL: `${url}/revoke` },
    },
    agree: (authorization_url, user) => {
      const { searchParams } = new URL(authorization_url);
      const code = randomUUID();
      codes.set(code, { user, challenge: searchParams.get('code_challenge') ?? '' });
      return { code, state: searchParams.get('state') ?? '' };
    },
    ...{ courses: new Map(), calls: [], next: [], delayMs: 0, without: new Set(), says: 'object', refreshes: 0, lifetime: 3_600 },
    expireTokens: () => access.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return garmin;
}

const TYPES = ['RUNNING', 'TRAIL_RUNNING', 'HIKING', 'ROAD_CYCLING', 'GRAVEL_CYCLING', 'MOUNTAIN_BIKING', 'OTHER'];

/** What is wrong with a course. */
function faultOf({
  courseName,
  geoPoints,
  activityType,
  coordinateSystem,
  distance,
  elevationGain,
  elevationLoss,
}: Course): string | undefined {
  const high = geoPoints.filter(({ elevation }) => elevation !== undefined).length;
  if (!courseName || courseName.length > 255) return 'courseName';
  if (![distance, elevationGain, elevationLoss].every((one) => typeof one === 'number')) return 'a measure';
  if (!TYPES.includes(activityType)) return 'activityType';
  if (coordinateSystem !== 'WGS84') return 'coordinateSystem';
  if (geoPoints.length < 2 || geoPoints.length > 10_000) return 'geoPoints';
  if (!geoPoints.every(({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return 'latitude or longitude';
  return high && high !== geoPoints.length ? 'elevation on some points only' : undefined;
}
