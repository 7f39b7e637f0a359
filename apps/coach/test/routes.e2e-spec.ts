import { coach, type Position, type RouteDraft } from '@skep/contracts/coach';
import { Objects } from '@skep/platform';
import { asAnonymous, asUser, codeOf, problemOf, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type RoutingStub, startRoutingStub } from './routing-stub.js';

const anyone = asAnonymous();
const LINE: Position[] = Array.from({ length: 21 }, (_, i) => [-157.85 + i / 1000, 21.3 - i / 1000, 10 + (i % 5)]);
const draft = (more: Partial<RouteDraft> = {}): RouteDraft => ({
  ...{ name: 'Harbour', sport: 'run', geometry: { type: 'LineString', coordinates: LINE }, waypoints: [], duration_s: 1015 },
  ...{ ascent_m: 0, descent_m: 0, engine: 'graphhopper', attribution: '© OpenStreetMap contributors', ...more },
});
const flat = (...coordinates: Position[]) => ({ geometry: { type: 'LineString' as const, coordinates } });

let world: ServiceHarness;
let objects: Objects;
let engine: RoutingStub;
const save = (more?: Partial<RouteDraft>) => world.call(coach.saveRoute, anyone, draft(more));
const find = (route_id: string) => world.call(coach.getRoute, anyone, { route_id });

beforeAll(async () => {
  engine = await startRoutingStub();
  world = await startService('coach', start);
  objects = await Objects.open(world.env['SKEP_OBJECTS']!);
});
afterAll(async () => {
  await world?.close();
  await engine?.close();
});

describe('a saved route', () => {
  it('has an id of 128 bits, and what follows from its line', async () => {
    const { route_id, edit_token, url, expires_at } = await save();
    for (const secret of [route_id, edit_token]) expect(secret).toMatch(/^[\w-]{22}$/);
    expect(url).toBe(`http://127.0.0.1:8080/routes/${route_id}`);
    const route = await find(route_id);
    expect(route).toMatchObject({
      ...{ id: route_id, name: 'Harbour', sport: 'run', duration_s: 1015, ascent_m: 16, descent_m: 16, engine: 'graphhopper', expires_at },
      ...flat(...LINE),
    });
    expect(route.distance_m).toBeCloseTo(3043, -1);
    expect(route.bbox.map((degrees) => Number(degrees.toFixed(6)))).toEqual([-157.85, 21.28, -157.83, 21.3]);
    expect(Math.round((expires_at!.getTime() - Date.now()) / 86_400_000)).toBe(365);
  });

  it('is changed only with its edit token, which only its hash is stored of', async () => {
    const { route_id, edit_token } = await save();
    const other = await save();
    for (const wrong of ['', 'x', other.edit_token, route_id])
      for (const attempt of [
        world.call(coach.updateRoute, anyone, { route_id, edit_token: wrong, name: 'Mine' }),
        world.call(coach.deleteRoute, anyone, { route_id, edit_token: wrong }),
      ])
        expect(await codeOf(attempt)).toBe('route_not_found');
    const before = await find(route_id);
    const after = await world.call(coach.updateRoute, anyone, { route_id, edit_token, name: 'Bay', sport: 'hike' });
    expect(after).toEqual({ ...before, name: 'Bay', sport: 'hike', expires_at: after.expires_at });
    const [row] = await world.query('select route::text as text from route where route_id = $1', [route_id]);
    expect(String(row!['text'])).not.toContain(edit_token);
  });

  it('with another line has another length, and neither duration nor waypoints of before', async () => {
    const { route_id, edit_token } = await save({ waypoints: [{ lat: 21.3, lon: -157.85 }] });
    const { geometry } = flat([0, 0], [0, 1]);
    const after = await world.call(coach.updateRoute, anyone, { route_id, edit_token, geometry });
    expect(after).toMatchObject({ geometry, bbox: [0, 0, 0, 1], waypoints: [], ascent_m: 0, name: 'Harbour' });
    expect(after.distance_m).toBeCloseTo(111_195, -1);
    expect(after.duration_s).toBeUndefined();
  });

  it('that is deleted is gone, for everyone', async () => {
    const { route_id, edit_token } = await save();
    await world.call(coach.deleteRoute, anyone, { route_id, edit_token });
    expect(await codeOf(find(route_id))).toBe('route_gone');
    expect(await codeOf(world.call(coach.getRouteGpx, anyone, { route_id }))).toBe('route_gone');
    expect(await codeOf(world.call(coach.deleteRoute, anyone, { route_id, edit_token }))).toBe('route_gone');
    const [row] = await world.query('select content from route where route_id = $1', [route_id]);
    expect(row).toEqual({ content: null });
    expect(await codeOf(find('AAAAAAAAAAAAAAAAAAAAAA'))).toBe('route_not_found');
  });

  it('expires after a year without a change, and its content is removed', async () => {
    const [old, young] = [await save(), await save()];
    await world.query(`update route set changed_at = now() - interval '366 days' where route_id = $1`, [old.route_id]);
    expect(await codeOf(find(old.route_id))).toBe('route_gone');
    await world.query(`select expire_routes('365 days', 10)`);
    const rows = await world.query('select route_id, content is null as gone from route where route_id = any($1)', [
      [old.route_id, young.route_id],
    ]);
    expect(new Map(rows.map((row) => [row['route_id'], row['gone']]))).toEqual(new Map([[old.route_id, true], [young.route_id, false]])); // prettier-ignore
    expect(await codeOf(find(old.route_id))).toBe('route_gone');
  });

  it('is anyone’s: who is signed in, and in which tenant, makes no difference', async () => {
    const { route_id } = await world.call(coach.saveRoute, asUser('ada'), draft());
    expect(await world.call(coach.getRoute, asUser('eve', { tenant: 'other' }), { route_id })).toMatchObject({ name: 'Harbour' });
  });

  it('is a GPX file with a name that is safe in a header', async () => {
    const { route_id } = await save({ name: 'Hill & <Loop> "1"/../\r\nX: y' });
    const { name, media_type, content } = await world.call(coach.getRouteGpx, anyone, { route_id });
    expect([name, media_type]).toEqual(['Hill Loop 1 .. X y.gpx', 'application/gpx+xml']);
    expect(Buffer.from(content, 'base64').toString()).toContain('Hill &amp; &lt;Loop&gt;');
  });

  it.each([
    ['a latitude of 91', flat([0, 91], [0, 0])],
    ['a longitude of 181', flat([181, 0], [0, 0])],
    ['one point', flat([0, 0])],
    ['a point without latitude', flat([0] as never, [0, 0])],
    ['text as a number', flat(['0', 0] as never, [0, 0])],
    ['four numbers', flat([0, 0, 0, 0] as never, [0, 0])],
    ['a height beyond the sky', flat([0, 0, 1e6], [0, 0])],
    ['another geometry', { geometry: { type: 'Polygon', coordinates: [] } } as never],
    ['an unknown sport', { sport: 'swim' as never }],
  ])('with %s is refused', async (_, more) => {
    const { code, detail } = (await problemOf(save(more))).body;
    expect([code, Array.isArray(detail)]).toEqual(['invalid_input', true]);
  });

  it('has at most 20,000 points', async () => {
    const long = (count: number) => flat(...Array.from({ length: count }, (_, i): Position => [i / 1e4, 0]));
    expect(await codeOf(save(long(20_001)))).toBe('too_large');
    expect(await codeOf(world.call(coach.measureElevation, anyone, long(20_001)))).toBe('too_large');
    const { route_id } = await save(long(20_000));
    expect((await find(route_id)).geometry.coordinates).toHaveLength(20_000);
    expect((await world.call(coach.getRouteGpx, anyone, { route_id })).content.length).toBeLessThan(3_000_000);
  });
});

describe('planning', () => {
  const waypoints = [{ lat: 21.3, lon: -157.85 }, { lat: 21.28, lon: -157.83 }]; // prettier-ignore
  const plan = (more: object = {}) => world.call(coach.planRoute, anyone, { sport: 'run', waypoints, ...more });

  it('without an engine draws straight lines, and says so', async () => {
    expect(await plan()).toMatchObject({ engine: 'great-circle', sport: 'run', waypoints });
    const loop = await world.call(coach.planRoundTrip, anyone, { sport: 'hike', start: waypoints[0]!, distance_m: 5_000, seed: 3 });
    expect(Math.abs(loop.distance_m - 5_000)).toBeLessThan(200);
    const heights = await world.call(coach.measureElevation, anyone, flat([0, 0, 0], [0, 0.001, 10]));
    expect(heights).toEqual({ profile: [[0, 0], [111.2, 10]], gain_m: 10, loss_m: 0 }); // prettier-ignore
    expect(await codeOf(world.call(coach.measureElevation, anyone, flat([0, 0], [0, 1])))).toBe('no_elevation');
  });

  it.each([
    ['one waypoint', { waypoints: waypoints.slice(1) }],
    ['26 waypoints', { waypoints: Array(26).fill(waypoints[0]) }],
    ['a latitude of 91', { waypoints: [{ lat: 91, lon: 0 }, waypoints[0]] }],
    ['a sport that needs no roads', { sport: 'swim' }],
    ['an unknown wish', { options: { avoid: ['hills'], prefer: [] } }],
    ['waypoints far apart', { waypoints: [{ lat: 0, lon: 0 }, { lat: 0, lon: 90 }] }],
  ])('with %s is refused', async (_, more) => expect(await codeOf(plan(more))).toBe('invalid_input')); // prettier-ignore

  it('asks the engine of the settings, and no other', async () => {
    await world.restart({ ROUTING_ENGINE: 'osrm', ROUTING_URL: engine.url });
    engine.answer = () => ({ status: 400, json: { code: 'NoRoute' } });
    expect(await codeOf(plan({ engine: 'http://127.0.0.1:1', options: { avoid: [], prefer: [], url: 'http://127.0.0.1:1' } }))).toBe(
      'no_route',
    );
    expect(engine.asked).toHaveLength(1);
    await world.restart();
  });

  it('does not start with half an engine', async () => {
    for (const [env, missing] of [
      [{ ROUTING_ENGINE: 'osrm' }, 'ROUTING_URL'],
      [{ ROUTING_URL: engine.url }, 'ROUTING_ENGINE'],
      [{ ROUTING_ENGINE: 'abacus', ROUTING_URL: engine.url }, 'ROUTING_ENGINE'],
    ] as const)
      await expect(world.startCopy(env)).rejects.toThrow(missing);
  });
});

describe('importing', () => {
  const GPX = `<gpx version="1.1"><trk><name>Loop</name><type>cycling</type><trkseg><trkpt lat="41" lon="2"/><trkpt lat="41.1" lon="2"/></trkseg></trk></gpx>`;
  const upload = async (text: string) => {
    const stored = await objects.write('coach', [Buffer.from(text)] as never, 10 << 20);
    return { ...stored, name: 'a.gpx' };
  };
  const isGone = (object_id: string) =>
    waitUntil('the file to be removed', async () => (await codeOf(objects.read(object_id))) === 'not_found');

  it('reads a file, saves nothing, and removes the file', async () => {
    const file = await upload(GPX);
    const route = await world.call(coach.importRoute, anyone, { file });
    expect(route).toMatchObject({ name: 'Loop', sport: 'road_bike', engine: 'import', waypoints: [{ lat: 41, lon: 2 }, { lat: 41.1, lon: 2 }] }); // prettier-ignore
    expect(route.id).toBeUndefined();
    await isGone(file.object_id);
    expect(await codeOf(world.call(coach.importRoute, anyone, { file }))).toBe('not_found');
  });

  it('removes a file that it refuses', async () => {
    for (const text of ['this is not xml', `<!DOCTYPE gpx>${GPX}`]) {
      const file = await upload(text);
      expect(await codeOf(world.call(coach.importRoute, anyone, { file }))).toBe('invalid_input');
      await isGone(file.object_id);
    }
    const huge = await upload(' '.repeat((5 << 20) + 1));
    expect(await codeOf(world.call(coach.importRoute, anyone, { file: huge }))).toBe('too_large');
    await isGone(huge.object_id);
  });

  it('makes a long line one that can be saved', async () => {
    const points = Array.from(
      { length: 60_000 },
      (_, i) => `<trkpt lat="${(41 + i / 1e5).toFixed(5)}" lon="${(2 + Math.sin(i / 9) / 1e3).toFixed(5)}"/>`,
    );
    const route = await world.call(coach.importRoute, anyone, {
      file: await upload(GPX.replace(/<trkpt.*\/>/, points.join(''))),
      sport: 'mtb',
    });
    expect(route.sport).toBe('mtb');
    expect(route.geometry.coordinates.length).toBeLessThanOrEqual(20_000);
    expect((await save(route)).route_id).toBeTruthy();
  });
});
