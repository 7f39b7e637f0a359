import type { PlannedSport, Position } from '@skep/contracts/coach';
import { bearing } from '@turf/bearing';
import { destination } from '@turf/destination';
import { lengthOf, metresBetween } from '../line.js';
import type { Found, Journey, RoutingEngine } from './engine.js';

/** Points of a route beside its waypoints, and metres between them at least. */
const POINTS = 2_000;
const STEP_M = 25;

/** Metres a second. */
const SPEED: Record<PlannedSport, number> = { run: 2.8, trail_run: 2.2, hike: 1.3, road_bike: 7, gravel_bike: 5.5, mtb: 4.2 };

/** Straight lines over the globe, for installations without a routing engine. It knows neither roads nor heights, and its name shows that. */
export class GreatCircle implements RoutingEngine {
  readonly name = 'great-circle';
  readonly attribution = '';

  async plan({ sport, points }: Journey): Promise<Found> {
    const distance_m = lengthOf(points);
    const step = Math.max(STEP_M, distance_m / POINTS);
    const line = points.flatMap((point, i) => (i ? [...pointsBetween(points[i - 1]!, point, step), point] : [point]));
    return { line, distance_m, duration_s: distance_m / SPEED[sport] };
  }
}

function pointsBetween(from: Position, to: Position, step: number): Position[] {
  const [metres, direction] = [metresBetween(from, to), bearing(from as number[], to as number[])];
  const count = Math.ceil(metres / step) - 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => pointFrom(from, ((i + 1) * metres) / (count + 1), direction));
}

/** The point so many metres away, in a direction in degrees from north. */
export function pointFrom(from: Position, metres: number, direction: number): Position {
  const [lon = 0, lat = 0] = destination(from as number[], metres, direction, { units: 'meters' }).geometry.coordinates;
  return [((lon + 540) % 360) - 180, lat];
}
