import type { PlannedSport, PlanOptions, Position } from '@skep/contracts/coach';

/** What to plan. Points are longitude first. */
export interface Journey {
  sport: PlannedSport;
  points: readonly Position[];
  options: PlanOptions;
}

/** A loop to plan. */
export interface Loop {
  sport: PlannedSport;
  start: Position;
  distance_m: number;
  heading?: number | undefined;
  seed: number;
}

/** What an engine has found. Climbs are those of its own data; left out, they follow from the heights of the line. */
export interface Found {
  line: Position[];
  distance_m: number;
  duration_s: number;
  ascent_m?: number;
  descent_m?: number;
}

/** What plans routes. Each throws Problem `no_route`, `routing_unavailable` or `routing_timeout`. */
export interface RoutingEngine {
  readonly name: string;
  /** The name to show with a route. */
  readonly attribution: string;
  plan(journey: Journey): Promise<Found>;
  /** An engine without it gets loops as journeys. */
  loop?(loop: Loop): Promise<Found>;
  /** The heights of points, in their order. Undefined where they are not known. */
  heights?(line: readonly Position[]): Promise<number[] | undefined>;
}

export const OPENSTREETMAP = '© OpenStreetMap contributors';

/** On foot or by bicycle: the two profiles that every server has. */
export const isOnFoot = (sport: PlannedSport): boolean => ['run', 'trail_run', 'hike'].includes(sport);
