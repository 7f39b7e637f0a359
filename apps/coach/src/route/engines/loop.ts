import type { Position } from '@skep/contracts/coach';
import type { Found, Loop, RoutingEngine } from './engine.js';
import { pointFrom } from './great-circle.js';

/** Points of a loop beside its start: few for roads, which wind by themselves. */
const VIA = { roads: 3, straight: 31 };
/** How much longer roads are than a straight line, before an engine has been asked. */
const WINDING = 1.3;
/** A loop that differs more from the wanted length is planned once more. */
const CLOSE_ENOUGH = 0.1;
/** Turns the loop of each seed by the golden angle, so that they differ as much as they can. */
const GOLDEN_ANGLE = 137.508;

/** Plans a loop with an engine that has none: through points on a circle. */
export async function planLoop(engine: RoutingEngine, loop: Loop): Promise<Found> {
  const isStraight = engine.name === 'great-circle';
  const plan = (length: number) =>
    engine.plan({
      sport: loop.sport,
      points: circle(loop, length, isStraight ? VIA.straight : VIA.roads),
      options: { avoid: [], prefer: [] },
    });
  const first = loop.distance_m / (isStraight ? 1 : WINDING);
  const found = await plan(first);
  const off = found.distance_m / loop.distance_m;
  if (Math.abs(off - 1) <= CLOSE_ENOUGH || !(off > 0)) return found;
  const again = await plan(first / off).catch(() => found);
  return distanceFrom(loop, again) < distanceFrom(loop, found) ? again : found;
}

const distanceFrom = ({ distance_m }: Loop, found: Found) => Math.abs(found.distance_m - distance_m);

/** A polygon of the given length that begins at the start in the direction of its heading. */
function circle({ start, heading, seed }: Loop, length: number, via: number): Position[] {
  const direction = heading ?? (seed * GOLDEN_ANGLE) % 360;
  const corners = via + 1;
  // The side of a polygon with so many corners, on a circle of this radius, is 2 r sin(π / corners).
  const radius = length / (2 * corners * Math.sin(Math.PI / corners));
  const centre = pointFrom(start, radius, direction + 90);
  const points = Array.from({ length: via }, (_, i) => pointFrom(centre, radius, direction - 90 + (360 * (i + 1)) / corners));
  return [start, ...points, start];
}
