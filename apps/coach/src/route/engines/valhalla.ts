import { NoRoute, type PlannedSport, type PlanOptions, type Position } from '@skep/contracts/coach';
import codec from '@googlemaps/polyline-codec';
import { toWaypoint } from '../to-route.js';
import type { EngineClient } from './engine-client.js';
import { type Found, isOnFoot, type Journey, OPENSTREETMAP, type RoutingEngine } from './engine.js';

/** Distance limit, unconnected regions, no edge nearby, no path: https://valhalla.github.io/valhalla/api/turn-by-turn/api-reference/ */
const NO_ROUTE: readonly unknown[] = [154, 170, 171, 441, 442, 443, 444, 445];
/** Digits of its polylines after the decimal point. */
const PRECISION = 6;

const COSTING: Record<PlannedSport, object> = {
  run: {},
  trail_run: { max_hiking_difficulty: 4 },
  hike: { max_hiking_difficulty: 4 },
  road_bike: { bicycle_type: 'Road' },
  gravel_bike: { bicycle_type: 'Cross' },
  mtb: { bicycle_type: 'Mountain' },
};
const AVOIDED: Record<PlanOptions['avoid'][number], object> = {
  ferries: { use_ferry: 0 },
  steps: { step_penalty: 600 },
  unpaved: { avoid_bad_surfaces: 1 },
};
const PREFERRED: Record<PlanOptions['prefer'][number], object> = { flat: { use_hills: 0 }, hilly: { use_hills: 1 } };

interface Trip {
  trip?: { legs: { shape: string }[]; summary: { length: number; time: number } };
  error_code?: number;
}

/** Valhalla, with heights of its service `/height`, if it has elevation data. */
export class Valhalla implements RoutingEngine {
  readonly name = 'valhalla';
  readonly attribution = OPENSTREETMAP;

  constructor(private readonly client: EngineClient) {}

  async plan({ sport, points, options: { avoid, prefer } }: Journey): Promise<Found> {
    const costing = isOnFoot(sport) ? 'pedestrian' : 'bicycle';
    const wishes = [COSTING[sport], ...avoid.map((word) => AVOIDED[word]), ...prefer.map((word) => PREFERRED[word])];
    const said = await this.client.ask('/route', {
      ...{ locations: points.map(toWaypoint), costing, costing_options: { [costing]: Object.assign({}, ...wishes) as object } },
      ...{ units: 'kilometers', directions_type: 'none' },
    });
    const { trip, error_code } = (said.json ?? {}) as Trip;
    if (!trip) throw NO_ROUTE.includes(error_code) ? NoRoute() : this.client.unusable(said);
    // A leg begins where the one before ends.
    const line = trip.legs.flatMap(({ shape }, leg) => toLine(shape).slice(leg ? 1 : 0));
    const heights = await this.heights(line).catch(() => undefined);
    const { length, time } = trip.summary;
    return { line: heights ? line.map(([lon, lat], i) => [lon, lat, heights[i]]) : line, distance_m: length * 1_000, duration_s: time };
  }

  async heights(line: readonly Position[]): Promise<number[] | undefined> {
    const { json } = await this.client.ask('/height', { shape: line.map(toWaypoint) });
    const { height } = (json ?? {}) as { height?: unknown[] };
    return height?.length === line.length && height.every((one) => typeof one === 'number') ? height : undefined;
  }
}

const toLine = (shape: string): Position[] => codec.decode(shape, PRECISION).map(([lat, lon]) => [lon, lat]);
