import { MAX_POINTS, type Position, type Route, type RouteDraft, type Waypoint } from '@skep/contracts/coach';
import { TooLarge } from '@skep/contracts';
import { boxOf, climbOf, hasHeights, lengthOf, round, shorten } from './line.js';

/** What is stored of a route. */
export type RouteContent = Omit<Route, 'id' | 'created_at' | 'expires_at'>;

type Described = Omit<RouteDraft, 'geometry'> & { distance_m?: number };

/** A route with what follows from its line: its extent and climb, and its length if an engine has not measured it. */
export function toContent(line: Position[], { duration_s, distance_m = lengthOf(line), ...described }: Described): RouteContent {
  const { gain_m, loss_m } = hasHeights(line)
    ? climbOf(line.map(([, , height]) => height!))
    : { gain_m: described.ascent_m, loss_m: described.descent_m };
  return {
    ...described,
    ...(duration_s !== undefined && { duration_s: Math.round(duration_s) }),
    ...{ distance_m: round(distance_m), ascent_m: gain_m, descent_m: loss_m },
    ...{ bbox: boxOf(line), geometry: { type: 'LineString', coordinates: line } },
  };
}

/** A route that a client describes. @throws Problem `too_large` */
export function ofDraft({ geometry, ...draft }: RouteDraft): RouteContent {
  assertFits(geometry.coordinates);
  return toContent(geometry.coordinates, draft);
}

/** @throws Problem `too_large` for a line with too many points */
export function assertFits(line: readonly Position[]): void {
  if (line.length > MAX_POINTS) throw TooLarge(`A line may have at most ${MAX_POINTS} points.`);
}

/** A line that comes from elsewhere, with as many points as a route may have. */
export const fitting = (line: Position[]): Position[] => shorten(line, MAX_POINTS);

export const toPosition = ({ lat, lon }: Waypoint): Position => [lon, lat];
export const toWaypoint = ([lon, lat]: Position): Waypoint => ({ lat, lon });
