import { coach, type CourseSend, type CourseSendReturn, type Position, type StartedCourseSend } from '@skep/contracts/coach';
import { connections } from '@skep/contracts/connections';
import { type Ctx, type Env, type RunningProcess } from '@skep/platform';
import { type AppProcess, asAnonymous, asUser, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { randomBytes } from 'node:crypto';
import { type Garmin, startGarmin } from './garmin.js';

export const HOME = 'https://planner.example/routes';
export const LINE: Position[] = Array.from({ length: 21 }, (_, i) => [-157.85 + i / 1000, 21.3 - i / 1000, 10 + (i % 5)]);
/** Gives up soon, and so notices a process that is dead. */
const anyone = () => asAnonymous({ deadline: Date.now() + 15_000 });

/** The browser of a visitor, with its cookie. */
export interface Browser extends StartedCourseSend {
  browser: string;
  back: { state: string; code: string };
  /** Comes back from Garmin. */
  finish(more?: { browser?: string; state?: string; code?: string; error?: string }): Promise<CourseSendReturn>;
  find(browser?: string): Promise<CourseSend>;
  retry(browser?: string): Promise<CourseSend>;
  /** Waits until the sending has one of these statuses. */
  becomes(...statuses: CourseSend['status'][]): Promise<CourseSend>;
}

export interface Sending extends ServiceHarness {
  garmin: Garmin;
  connections: AppProcess;
  save(coordinates?: Position[], name?: string): Promise<string>;
  browser(user?: string, more?: object): Promise<Browser>;
  /** A person who has connected Garmin. */
  person(name: string): Promise<Ctx>;
  send(ctx: Ctx, route_id: string, more?: object): Promise<{ course_id: string; course_url: string }>;
}

/** Coach and connections, with Garmin on loopback. Without `start` the test starts coach as a process. */
export async function openSending(start?: (env: Env) => Promise<RunningProcess>): Promise<Sending> {
  const garmin = await startGarmin();
  const RETURN_TO_ALLOW = 'planner:,https://planner.example,https://other.example';
  const env = { ...garmin.settings, RETURN_TO_ALLOW, SKEP_PUBLIC_URL: 'https://skep.example' };
  const harness = await startService('coach', start, { env });
  const { call, infra } = harness;
  const running = await infra.startApp('connections', await infra.env('connections', env));
  const save: Sending['save'] = async (coordinates = LINE, name = 'Harbour') => {
    const about = { name, sport: 'run' as const, waypoints: [], ascent_m: 0, descent_m: 0, engine: '', attribution: '' };
    return (await call(coach.saveRoute, anyone(), { ...about, geometry: { type: 'LineString', coordinates } })).route_id;
  };
  return {
    ...harness,
    ...{ garmin, connections: running, save },
    browser: async (user = `visitor-${randomBytes(4).toString('hex')}`, more = {}) => {
      const browser = randomBytes(32).toString('base64url');
      const route = 'route' in more ? {} : { route_id: await save() };
      const started = await call(coach.startCourseSend, anyone(), { ...route, name: 'Harbour', activity_type: 'run', browser, ...more });
      const { send_id } = started;
      const back = garmin.agree(started.authorization_url, user);
      const find: Browser['find'] = (by = browser) => call(coach.getCourseSend, anyone(), { send_id, browser: by });
      return {
        ...{ ...started, browser, back, find },
        finish: (other = {}) => call(coach.finishCourseSend, anyone(), { ...back, browser, ...other }),
        retry: (by = browser) => call(coach.retryCourseSend, anyone(), { send_id, browser: by }),
        becomes: (...statuses) =>
          waitUntil(statuses.join(' or '), async () => {
            const send = await find();
            return statuses.includes(send.status) && send;
          }, 20_000) as Promise<CourseSend>, // prettier-ignore
      };
    },
    person: async (name) => {
      const ctx = asUser(name, { scopes: ['coach:use'] });
      const asked = await call(connections.connectHealth, ctx, { provider: 'garmin', return_to: HOME, force: true });
      await call(connections.finishHealthConnection, anyone(), { provider: 'garmin', ...garmin.agree(asked.authorization_url, name) });
      return ctx;
    },
    send: (ctx, route_id, more = {}) => call(coach.sendCourse, ctx, { route_id, ...more }),
    close: async () => {
      await harness.close();
      await garmin.close();
    },
  };
}
