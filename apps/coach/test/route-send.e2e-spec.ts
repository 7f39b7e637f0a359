import { coach } from '@skep/contracts/coach';
import { asUser, codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { HOME, LINE, openSending, type Sending } from './sending.js';

let world: Sending;
beforeAll(async () => {
  world = await openSending(start);
});
afterAll(() => world?.close());
beforeEach(() => {
  world.garmin.without.clear();
  Object.assign(world.garmin, { calls: [], next: [], delayMs: 0, says: 'object', lifetime: 3_600 });
});

const methods = () => world.garmin.calls.map(({ method }) => method);
const grants = () => world.infra.query('connections', 'select purpose_id from visitor_grant');
const hasGrant = async (send_id: string) => (await grants()).some(({ purpose_id }) => purpose_id === send_id);
/** The visitor has come back, and the first attempt is over. */
async function sent(user?: string) {
  const visitor = await world.browser(user);
  await visitor.finish();
  await visitor.becomes('sent', 'failed', 'permission_missing');
  return visitor;
}

describe('a visitor', () => {
  it('sends a route: Garmin gets it as it was, once, and the token is forgotten', async () => {
    const visitor = await world.browser();
    expect(new URL(visitor.authorization_url).searchParams.get('redirect_uri')).toBe('https://skep.example/route-send/garmin/callback');
    expect(await visitor.find()).toEqual({
      ...{ send_id: visitor.send_id, status: 'awaiting_auth', retryable: false },
      ...{ course_id: null, course_url: null, error: null, retry_at: null },
    });
    const { location } = await visitor.finish();
    expect(location).toBe(`https://planner.example/?send_id=${visitor.send_id}&status=sending`);
    const { course_id, course_url } = await visitor.becomes('sent');
    expect(course_url).toBe(`https://connect.garmin.com/modern/course/${course_id}`);
    expect(world.garmin.calls).toHaveLength(1);
    expect(world.garmin.calls[0]).toMatchObject({
      method: 'POST',
      course: { courseName: 'Harbour', activityType: 'RUNNING', coordinateSystem: 'WGS84', elevationGain: 16, elevationLoss: 16 },
    });
    expect(world.garmin.calls[0]!.course.geoPoints).toEqual(
      LINE.map(([longitude, latitude, elevation]) => ({ latitude, longitude, elevation })),
    );
    for (let i = 0; i < 100 && (await hasGrant(visitor.send_id)); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await hasGrant(visitor.send_id)).toBe(false);
    const [row] = await world.query('select course from route_send where send_id = $1', [visitor.send_id]);
    expect(row).toEqual({ course: null });
  });

  it('sends what the route was when they started', async () => {
    const visitor = await world.browser();
    await world.query(`update route set content = jsonb_set(content, '{name}', '"Other"')`);
    await visitor.finish();
    await visitor.becomes('sent');
    expect(world.garmin.calls[0]!.course.courseName).toBe('Harbour');
  });

  it('sends a drawn route, and comes back where they asked', async () => {
    const route = { name: 'Drawn', sport: 'mtb', geometry: { type: 'LineString', coordinates: [[0, 0], [0, 1]] }, waypoints: [], ascent_m: 0, descent_m: 0, engine: '', attribution: '' }; // prettier-ignore
    const visitor = await world.browser(undefined, { route, name: undefined, activity_type: undefined, return_to: `${HOME}?tab=2` });
    const { location } = await visitor.finish();
    expect(location).toBe(`${HOME}?tab=2&send_id=${visitor.send_id}&status=sending`);
    await visitor.becomes('sent');
    expect(world.garmin.calls[0]!.course).toMatchObject({ courseName: 'Drawn', activityType: 'MOUNTAIN_BIKING' });
  });

  it.each([
    ['neither a route nor an id', { route_id: undefined, route: undefined }, 'invalid_input'],
    ['an unknown route', { route_id: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'route_not_found'],
    ['a place that is not allowed', { return_to: 'https://evil.example/' }, 'return_not_allowed'],
    ['a place that runs code', { return_to: 'javascript:alert(1)' }, 'return_not_allowed'],
    ['an unknown sport', { activity_type: 'swim' }, 'invalid_input'],
    ['an empty name', { name: '' }, 'invalid_input'],
  ])('cannot start with %s', async (_, more, code) => {
    expect(
      await codeOf(world.browser(undefined, { route_id: await world.save(), ...('route' in more ? { route: undefined } : {}), ...more })),
    ).toBe(code);
  });

  it('comes back only in the browser that started, and once', async () => {
    const [visitor, other] = [await world.browser(), await world.browser()];
    for (const browser of ['', 'x'.repeat(43), other.browser]) expect(await codeOf(visitor.finish({ browser }))).toBe('state_invalid');
    expect(await codeOf(visitor.finish({ state: other.back.state }))).toBe('state_invalid');
    expect(await codeOf(visitor.finish({ state: '' }))).toBe('state_invalid');
    expect(world.garmin.calls).toHaveLength(0);
    const outcomes = await Promise.allSettled([visitor.finish(), visitor.finish(), visitor.finish()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await visitor.becomes('sent');
    expect(await codeOf(visitor.finish())).toBe('state_invalid');
    expect(world.garmin.calls).toHaveLength(1);
  });

  it('sees nothing of what another browser sends', async () => {
    const [visitor, other] = [await world.browser(), await world.browser()];
    for (const browser of ['', other.browser]) {
      expect(await codeOf(visitor.find(browser))).toBe('course_send_not_found');
      expect(await codeOf(visitor.retry(browser))).toBe('course_send_not_found');
    }
    const { send_id } = visitor;
    const { browser } = other;
    expect(await codeOf(world.call(coach.getCourseSend, asUser('ada'), { send_id, browser }))).toBe('course_send_not_found');
  });

  it('who says no comes back, and nothing is sent', async () => {
    const visitor = await world.browser();
    const { location } = await visitor.finish({ error: 'access_denied' });
    expect(location).toBe(`https://planner.example/?send_id=${visitor.send_id}&status=failed&code=denied`);
    expect(await visitor.find()).toMatchObject({ status: 'failed', error: { code: 'denied' }, retryable: false });
    expect(await codeOf(visitor.retry())).toBe('not_retryable');
    expect(world.garmin.calls).toHaveLength(0);
  });

  it('has ten minutes to agree', async () => {
    const visitor = await world.browser();
    expect(visitor.expires_at.getTime() - Date.now()).toBeGreaterThan(500_000);
    await world.query('update route_send set expires_at = now() where send_id = $1', [visitor.send_id]);
    expect(await visitor.find()).toMatchObject({ status: 'failed', error: { code: 'expired' } });
    expect(await codeOf(visitor.finish())).toBe('state_invalid');
  });

  it.each([429, 500, 503])('sends again after a %i of Garmin, when they ask', async (status) => {
    world.garmin.next = [status];
    const visitor = await sent();
    expect(await visitor.find()).toMatchObject({ status: 'failed', retryable: true, retry_at: expect.any(Date) });
    expect(world.garmin.calls).toHaveLength(1);
    expect(await visitor.retry()).toMatchObject({ status: 'sending', error: null });
    await visitor.becomes('sent');
    expect(methods()).toEqual(['POST', 'POST']);
    expect(await codeOf(visitor.retry())).toBe('not_retryable');
  });

  it('who asks twice at once sends once more; Retry-After is waited for', async () => {
    world.garmin.next = [{ status: 429, retryAfter: '2' }];
    const visitor = await sent();
    const failed = Date.now();
    const outcomes = await Promise.allSettled([visitor.retry(), visitor.retry(), visitor.retry()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await visitor.becomes('sent');
    expect(Date.now() - failed).toBeGreaterThan(1_500);
    expect(world.garmin.calls).toHaveLength(2);
  });

  it('who has not allowed courses is told so, whatever the list of permissions says', async () => {
    for (const says of ['object', 'list', 'wrong', 'error'] as const) {
      world.garmin.says = says;
      world.garmin.without.add(`unwilling-${says}`);
      const visitor = await sent(`unwilling-${says}`);
      expect(await visitor.find()).toMatchObject({ status: 'permission_missing', error: { code: 'permission_missing' }, retryable: false });
    }
    // Without the permission in the list, Garmin does not get the course.
    expect(world.garmin.calls).toHaveLength(2);
    world.garmin.says = 'list';
    expect(await (await sent('willing')).find()).toMatchObject({ status: 'sent' });
  });

  it.each(['silent after success', 'broken after success', 'without id'] as const)(
    'whose course may have arrived is not sent again: Garmin was %s',
    async (trouble) => {
      world.garmin.next = [trouble];
      const visitor = await sent();
      expect(await visitor.find()).toMatchObject({ status: 'failed', error: { code: 'outcome_unknown' }, retryable: false });
      expect(await codeOf(visitor.retry())).toBe('not_retryable');
      expect([world.garmin.calls.length, await hasGrant(visitor.send_id)]).toEqual([1, false]);
    },
    30_000,
  );

  it('whose course Garmin refuses is told why', async () => {
    world.garmin.next = [400];
    const visitor = await sent();
    expect(await visitor.find()).toMatchObject({ error: { code: 'refused', detail: 'Garmin refused the course: refused for a test' } });
  });

  it('needs Garmin to be configured', async () => {
    await world.connections.kill('SIGTERM');
    expect(await codeOf(world.browser())).toBe('unavailable');
    const off = await world.infra.startApp('connections', await world.infra.env('connections'));
    expect(await codeOf(world.browser())).toBe('not_configured');
    await off.kill('SIGTERM');
    const env = await world.infra.env('connections', {
      ...world.garmin.settings,
      RETURN_TO_ALLOW: HOME.slice(0, 23),
      SKEP_PUBLIC_URL: 'https://skep.example',
    });
    world.connections = await world.infra.startApp('connections', env);
  });
});

describe('a person', () => {
  it('sends a route to their account, and a second time the same course', async () => {
    const [ada, route_id] = [await world.person('ada'), await world.save()];
    const first = await world.send(ada, route_id);
    expect(first.course_url).toBe(`https://connect.garmin.com/modern/course/${first.course_id}`);
    expect(await world.send(ada, route_id, { name: 'Renamed', activity_type: 'hike' })).toEqual(first);
    expect(methods()).toEqual(['POST', 'PUT']);
    expect(world.garmin.courses.get(first.course_id)).toMatchObject({ courseName: 'Renamed', activityType: 'HIKING' });
    // Another person has a course of their own.
    expect((await world.send(await world.person('bob'), route_id)).course_id).not.toBe(first.course_id);
  });

  it('whose course was deleted at Garmin gets another one', async () => {
    const [ada, route_id] = [await world.person('deleter'), await world.save()];
    const { course_id } = await world.send(ada, route_id);
    world.garmin.courses.clear();
    expect((await world.send(ada, route_id)).course_id).not.toBe(course_id);
    expect(methods()).toEqual(['POST', 'PUT', 'POST']);
  });

  it('who sends at once, several times, has one course', async () => {
    const [ada, route_id] = [await world.person('hasty'), await world.save()];
    const sendings = await Promise.all(Array.from({ length: 5 }, () => world.send(ada, route_id)));
    expect(new Set(sendings.map(({ course_id }) => course_id)).size).toBe(1);
    expect(methods()).toEqual(['POST', 'PUT', 'PUT', 'PUT', 'PUT']);
  });

  it('whose request is repeated under its key sends once', async () => {
    const [ada, route_id] = [await world.person('keyed'), await world.save()];
    const keyed = { ...ada, idempotencyKey: 'once' };
    const [one, two] = await Promise.all([world.send(keyed, route_id), world.send(keyed, route_id)]);
    expect([two, await world.send(keyed, route_id)]).toEqual([one, one]);
    expect(world.garmin.calls).toHaveLength(1);
  });

  it('must have connected Garmin, and must have allowed courses', async () => {
    const route_id = await world.save();
    expect(await codeOf(world.send(asUser('stranger', { scopes: ['coach:use'] }), route_id))).toBe('health_not_connected');
    const ada = await world.person('unpermitted');
    world.garmin.without.add('unpermitted');
    expect(await codeOf(world.send(ada, route_id))).toBe('permission_missing');
    world.garmin.says = 'wrong';
    expect(await codeOf(world.send(ada, route_id))).toBe('permission_missing');
    expect(await codeOf(world.send(ada, 'AAAAAAAAAAAAAAAAAAAAAA'))).toBe('route_not_found');
  });

  it('whose token Garmin refuses sends with a new one, which is asked for once', async () => {
    const [ada, route_id] = [await world.person('refreshed'), await world.save()];
    world.garmin.next = [401];
    const before = world.garmin.refreshes;
    await world.send(ada, route_id);
    expect([methods(), world.garmin.refreshes - before]).toEqual([['POST', 'POST'], 1]);
    const [first, second] = world.garmin.calls.map(({ token }) => token);
    expect(first).not.toBe(second);
    world.garmin.expireTokens();
    await world.send(ada, route_id);
    expect(world.garmin.refreshes - before).toBe(2);
    world.garmin.next = [401, 401];
    expect(await codeOf(world.send(ada, await world.save()))).toBe('health_not_connected');
  });

  it('is told when Garmin cannot take it, and when to try again', async () => {
    const ada = await world.person('patient');
    world.garmin.next = [{ status: 429, retryAfter: '30' }];
    const { body, retryAfter } = await problemOf(world.send(ada, await world.save()));
    expect([body.code, body.status, retryAfter! > 25]).toEqual(['garmin_unavailable', 502, true]);
    world.garmin.next = [503];
    expect(await codeOf(world.send(ada, await world.save()))).toBe('garmin_unavailable');
    world.garmin.next = [400];
    expect(await codeOf(world.send(ada, await world.save()))).toBe('course_refused');
    world.garmin.next = ['silent after success'];
    expect(await codeOf(world.send(ada, await world.save()))).toBe('send_unknown');
    expect(world.garmin.calls).toHaveLength(4);
  }, 30_000);

  it.each([
    ['all points', LINE, true],
    ['some points', LINE.map((point, i) => (i % 2 ? ([point[0], point[1]] as [number, number]) : point)), false],
    ['no points', LINE.map(([lon, lat]) => [lon, lat] as [number, number]), false],
  ])('sends heights of all points or none, if %s have one', async (_, line, expected) => {
    await world.send(await world.person('heights'), await world.save(line as never));
    const { geoPoints } = world.garmin.calls[0]!.course;
    expect(geoPoints.every((point) => 'elevation' in point)).toBe(expected);
    expect(geoPoints.some((point) => 'elevation' in point)).toBe(expected);
  });

  it('sends at most 10,000 points', async () => {
    const line = Array.from({ length: 20_000 }, (_, i): [number, number, number] => [2 + Math.sin(i / 20) / 100, 41 + i / 1e5, i % 50]);
    await world.send(await world.person('longest'), await world.save(line));
    const { geoPoints } = world.garmin.calls[0]!.course;
    expect(geoPoints.length).toBeLessThanOrEqual(10_000);
    expect(geoPoints.length).toBeGreaterThan(2_000);
    expect(geoPoints.every((point) => 'elevation' in point)).toBe(true);
  });

  it('is erased with what they have sent', async () => {
    const ada = await world.person('erased');
    await world.send(ada, await world.save());
    const { tenant: tenant_id, user: user_id } = ada;
    await world.query('select erase_user($1, $2, $3)', [tenant_id, user_id, []]);
    expect(await world.query('select 1 from route_send where user_id = $1', [user_id])).toEqual([]);
  });
});
