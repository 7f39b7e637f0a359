import type { PlanRoute, Position } from '@skep/contracts/coach';
import { Outbound, openLog } from '@skep/platform';
import { codeOf } from '@skep/testkit';
import codec from '@googlemaps/polyline-codec';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineClient } from '../src/route/engines/engine-client.js';
import { GraphHopper } from '../src/route/engines/graphhopper.js';
import { GreatCircle } from '../src/route/engines/great-circle.js';
import { Osrm } from '../src/route/engines/osrm.js';
import { Valhalla } from '../src/route/engines/valhalla.js';
import { RoutePlanner } from '../src/route/route-planner.js';
import { type RoutingStub, startRoutingStub } from './routing-stub.js';

// In Honolulu: a latitude of -157 does not exist.
const waypoints = [
  { lat: 21.3, lon: -157.85 },
  { lat: 21.28, lon: -157.83 },
];
const LINE: Position[] = [[-157.85, 21.3], [-157.845678, 21.291234], [-157.83, 21.28]]; // prettier-ignore
const HIGH = LINE.map(([lon, lat], i): Position => [lon, lat, 10 * i]);
const encode = (line: Position[], precision: number) => codec.encode(line.map(([lon, lat]) => [lat, lon]), precision); // prettier-ignore

let stub: RoutingStub;
const outbound = new Outbound('');
const limits = { timeoutMs: 1_000, maxBytes: 100_000, redirects: 0 };
const client = () => new EngineClient(outbound, `${stub.url}/`, openLog('test', 'silent'), limits);
const engines = { graphhopper: GraphHopper, valhalla: Valhalla, osrm: Osrm };
const planner = (name: keyof typeof engines) => new RoutePlanner(new engines[name](client()));
const plan = (name: keyof typeof engines, more: Partial<PlanRoute> = {}) => planner(name).plan({ sport: 'run', waypoints, ...more });

beforeAll(async () => {
  stub = await startRoutingStub();
});
beforeEach(() => {
  stub.asked = [];
});
afterAll(async () => {
  await stub?.close();
  await outbound.close();
});

describe('GraphHopper', () => {
  const path = (coordinates: Position[]) => ({
    paths: [{ distance: 3043.21, time: 1_014_600, ascend: 20.4, descend: 0, points: { type: 'LineString', coordinates } }],
  });
  beforeEach(() => {
    stub.answer = () => ({ json: path(HIGH) });
  });

  it('is asked with longitudes first, and answers with its climbs', async () => {
    const route = await plan('graphhopper');
    expect(stub.asked[0]).toMatchObject({
      ...{ method: 'POST', path: '/route' },
      json: { points: [[-157.85, 21.3], [-157.83, 21.28]], profile: 'foot', elevation: true, points_encoded: false }, // prettier-ignore
    });
    expect(route).toMatchObject({ distance_m: 3043.21, duration_s: 1015, ascent_m: 20.4, descent_m: 0, engine: 'graphhopper', waypoints });
    expect(route.geometry.coordinates).toEqual(HIGH);
    expect(route.bbox).toEqual([-157.85, 21.28, -157.83, 21.3]);
    expect(route.attribution).toMatch(/OpenStreetMap/);
  });

  it('is asked for bicycles, and to avoid what a profile was not prepared for', async () => {
    await plan('graphhopper', { sport: 'gravel_bike', options: { avoid: ['ferries'], prefer: [] } });
    expect(stub.asked[0]!.json).toMatchObject({
      ...{ profile: 'bike', 'ch.disable': true },
      custom_model: { priority: [{ if: 'road_environment == FERRY' }] },
    });
  });

  it('is asked for loops in its flexible mode', async () => {
    await planner('graphhopper').planRoundTrip({ sport: 'run', start: waypoints[0]!, distance_m: 10_000, heading: 90, seed: 7 });
    expect(stub.asked[0]!.json).toMatchObject({
      ...{ algorithm: 'round_trip', 'ch.disable': true, 'round_trip.distance': 10_000, 'round_trip.seed': 7, headings: [90] },
      points: [[-157.85, 21.3]],
    });
  });

  it.each(['Cannot find point 0: 0.0,0.0', 'Connection between locations not found'])('that says "%s" means no route', async (message) => {
    stub.answer = () => ({ status: 400, json: { message, hints: [{ message }] } });
    expect(await codeOf(plan('graphhopper'))).toBe('no_route');
  });

  it('that swaps longitude and latitude is not believed', async () => {
    stub.answer = () => ({ json: path(LINE.map(([lon, lat]) => [lat, lon])) });
    expect(await codeOf(plan('graphhopper'))).toBe('routing_unavailable');
  });
});

describe('Valhalla', () => {
  const trip = (...legs: Position[][]) => ({
    json: { trip: { status: 0, legs: legs.map((line) => ({ shape: encode(line, 6) })), summary: { length: 3.04321, time: 1015 } } },
  });

  it('has polylines with six digits, legs that meet, and heights of their own', async () => {
    stub.answer = ({ path }) => (path === '/height' ? { json: { height: [0, 10, 20] } } : trip(LINE.slice(0, 2), LINE.slice(1)));
    const route = await plan('valhalla', { sport: 'mtb', options: { avoid: ['ferries'], prefer: ['flat'] } });
    expect(stub.asked[0]!.json).toMatchObject({
      locations: waypoints,
      costing: 'bicycle',
      costing_options: { bicycle: { bicycle_type: 'Mountain', use_ferry: 0, use_hills: 0 } },
    });
    expect(stub.asked[1]!.json).toEqual({ shape: LINE.map(([lon, lat]) => ({ lat, lon })) });
    expect(route.geometry.coordinates).toEqual(HIGH);
    expect(route).toMatchObject({ distance_m: 3043.21, duration_s: 1015, ascent_m: 20, engine: 'valhalla' });
  });

  it('without elevation data plans routes without heights', async () => {
    for (const height of [{ status: 500, json: {} }, { json: { height: [null, null, null] } }, 'broken' as const]) {
      stub.answer = ({ path }) => (path === '/height' ? height : trip(LINE));
      expect((await plan('valhalla')).geometry.coordinates).toEqual(LINE);
    }
  });

  it('measures a line that has no heights', async () => {
    stub.answer = () => ({ json: { height: [0, 10, 4] } });
    expect(await planner('valhalla').measure({ geometry: { type: 'LineString', coordinates: LINE } })).toMatchObject({
      gain_m: 10,
      loss_m: 6,
    });
    stub.answer = () => ({ json: { height: [0] } });
    expect(await codeOf(planner('valhalla').measure({ geometry: { type: 'LineString', coordinates: LINE } }))).toBe('no_elevation');
  });

  it('makes loops of journeys through points around, once more if they are too long', async () => {
    const lengths = [20, 11];
    stub.answer = ({ path }) => {
      if (path === '/height') return { json: {} };
      const length = lengths.shift() ?? 0;
      return { json: { trip: { legs: [{ shape: encode(LINE, 6) }], summary: { length, time: 3_600 } } } };
    };
    const route = await planner('valhalla').planRoundTrip({ sport: 'run', start: waypoints[0]!, distance_m: 10_000, seed: 1 });
    expect(route.distance_m).toBe(11_000);
    const [first, second] = stub.asked.filter(({ path }) => path === '/route').map(({ json }) => json['locations'] as object[]);
    expect([first!.length, first![0], first!.at(-1)]).toEqual([5, waypoints[0], waypoints[0]]);
    expect(second).not.toEqual(first);
  });

  it.each([171, 442])('that answers with the code %i knows no way', async (error_code) => {
    stub.answer = () => ({ status: 400, json: { error_code, error: 'No path could be found for input' } });
    expect(await codeOf(plan('valhalla'))).toBe('no_route');
  });
});

describe('OSRM', () => {
  it('is asked with longitudes first, and has polylines with six digits', async () => {
    stub.answer = () => ({ json: { code: 'Ok', routes: [{ distance: 3043.21, duration: 1015, geometry: encode(LINE, 6) }] } });
    const route = await plan('osrm', { options: { avoid: ['ferries'], prefer: [] } });
    expect(stub.asked[0]!.path).toBe('/route/v1/foot/-157.85,21.3;-157.83,21.28');
    expect(Object.fromEntries(stub.asked[0]!.query)).toEqual({
      overview: 'full',
      geometries: 'polyline6',
      steps: 'false',
      exclude: 'ferry',
    });
    expect(route.geometry.coordinates).toEqual(LINE);
    expect(route).toMatchObject({ distance_m: 3043.21, duration_s: 1015, ascent_m: 0, engine: 'osrm' });
  });

  it.each(['NoRoute', 'NoSegment'])('that answers %s knows no way', async (code) => {
    stub.answer = () => ({ status: 400, json: { code, message: 'Impossible route between points' } });
    expect(await codeOf(plan('osrm'))).toBe('no_route');
  });
});

describe.each(['graphhopper', 'valhalla', 'osrm'] as const)('%s', (name) => {
  it.each([
    ['fails', { status: 500, json: { message: 'Internal Server Error' } }, 'routing_unavailable'],
    ['limits the rate', { status: 429, json: {} }, 'routing_unavailable'],
    ['knows no profile', { status: 400, json: { message: 'The requested profile does not exist' } }, 'routing_unavailable'],
    ['answers no JSON', { text: '<html>' }, 'routing_unavailable'],
    ['answers nothing', { json: null }, 'routing_unavailable'],
    ['answers too much', { text: 'x'.repeat(200_000) }, 'routing_unavailable'],
    ['breaks the connection', 'broken' as const, 'routing_unavailable'],
    ['does not answer', 'silent' as const, 'routing_timeout'],
  ])('that %s is a problem of its own', async (_, answer, code) => {
    stub.answer = () => answer;
    expect(await codeOf(plan(name))).toBe(code);
  });

  it('that fails again and again is left alone for a while', async () => {
    stub.answer = () => ({ status: 503, json: {} });
    const tired = planner(name);
    for (let i = 0; i < 15; i++) expect(await codeOf(tired.plan({ sport: 'run', waypoints }))).toBe('routing_unavailable');
    expect(stub.asked).toHaveLength(10);
  });
});

describe('what was planned', () => {
  it('is the same for those who ask at once, and soon after; what failed is not', async () => {
    let failures = 1;
    stub.answer = () =>
      failures-- > 0
        ? { status: 500, json: {} }
        : { json: { code: 'Ok', routes: [{ distance: 1, duration: 1, geometry: encode(LINE, 6) }] } };
    const one = planner('osrm');
    expect(await codeOf(one.plan({ sport: 'run', waypoints }))).toBe('routing_unavailable');
    await Promise.all(Array.from({ length: 5 }, () => one.plan({ sport: 'run', waypoints })));
    await one.plan({ sport: 'run', waypoints });
    expect(stub.asked).toHaveLength(2);
    await one.plan({ sport: 'mtb', waypoints });
    expect(stub.asked).toHaveLength(3);
  });
});

describe('straight lines', () => {
  const straight = new RoutePlanner(new GreatCircle());

  it('are what an installation without an engine has, and it says so', async () => {
    const route = await straight.plan({ sport: 'run', waypoints });
    expect(route).toMatchObject({ engine: 'great-circle', attribution: '', ascent_m: 0 });
    expect(route.distance_m).toBeCloseTo(3043, -2);
    expect(route.geometry.coordinates.length).toBeGreaterThan(50);
  });

  it('cross the date line', async () => {
    const { geometry, distance_m } = await straight.plan({ sport: 'road_bike', waypoints: [{ lat: 0, lon: 179.9 }, { lat: 0, lon: -179.9 }] }); // prettier-ignore
    expect(distance_m).toBeCloseTo(22_239, -1);
    expect(geometry.coordinates.every(([lon]) => Math.abs(lon) >= 179.9 && Math.abs(lon) <= 180)).toBe(true);
  });

  it.each([500, 10_000, 100_000])('make a loop of %i metres, which follows from the seed', async (distance_m) => {
    const loop = (seed: number, heading?: number) => straight.planRoundTrip({ sport: 'run', start: waypoints[0]!, distance_m, seed, ...(heading !== undefined && { heading }) }); // prettier-ignore
    const [one, same, other, east] = await Promise.all([loop(1), loop(1), loop(2), loop(1, 90)]);
    expect(Math.abs(one!.distance_m - distance_m)).toBeLessThan(distance_m / 50);
    expect(one).toEqual(same);
    expect(one!.geometry).not.toEqual(other!.geometry);
    const [[lon0, lat0] = [0, 0], [lon1, lat1] = [0, 0]] = east!.geometry.coordinates;
    expect(lon1! - lon0!).toBeGreaterThan(Math.abs(lat1! - lat0!) * 5);
  });

  it('have no heights, unless the line has them', async () => {
    expect(await codeOf(straight.measure({ geometry: { type: 'LineString', coordinates: LINE } }))).toBe('no_elevation');
    expect((await straight.measure({ geometry: { type: 'LineString', coordinates: HIGH } })).gain_m).toBe(20);
  });
});
