import { NoRoute, type PlanOptions, type Position } from '@skep/contracts/coach';
import type { EngineClient, Said } from './engine-client.js';
import { type Found, isOnFoot, type Journey, type Loop, OPENSTREETMAP, type RoutingEngine } from './engine.js';

/** Exceptions that no other request would change. The answer names one of them. */
const NO_ROUTE =
  /PointNotFound|ConnectionNotFound|PointOutOfBounds|MaximumNodesExceeded|cannot find point|connection between locations|out of bounds/i;

const AVOIDED: Record<PlanOptions['avoid'][number], { if: string; multiply_by: string }> = {
  ferries: { if: 'road_environment == FERRY', multiply_by: '0' },
  steps: { if: 'road_class == STEPS', multiply_by: '0' },
  unpaved: { if: 'surface == UNPAVED || surface == GRAVEL || surface == DIRT || surface == GROUND', multiply_by: '0.1' },
};

interface Answer {
  paths: { distance: number; time: number; ascend?: number; descend?: number; points: { coordinates: Position[] } }[];
}

/** GraphHopper: https://github.com/graphhopper/graphhopper/blob/master/docs/web/api-doc.md. Points are longitude first in a POST. */
export class GraphHopper implements RoutingEngine {
  readonly name = 'graphhopper';
  readonly attribution = OPENSTREETMAP;

  constructor(private readonly client: EngineClient) {}

  plan({ sport, points, options: { avoid } }: Journey): Promise<Found> {
    // What a profile was not prepared for needs the flexible mode.
    const custom = avoid.length > 0 && { 'ch.disable': true, custom_model: { priority: avoid.map((word) => AVOIDED[word]) } };
    return this.route({ profile: profileOf(sport), points, ...custom });
  }

  loop({ sport, start, distance_m, heading, seed }: Loop): Promise<Found> {
    return this.route({
      ...{ profile: profileOf(sport), points: [start], algorithm: 'round_trip', 'ch.disable': true },
      ...{ 'round_trip.distance': Math.round(distance_m), 'round_trip.seed': seed },
      ...(heading !== undefined && { headings: [heading] }),
    });
  }

  private async route(query: object): Promise<Found> {
    const said = await this.client.ask('/route', { ...query, elevation: true, points_encoded: false, instructions: false });
    const [path] = said.status === 200 ? ((said.json as Answer | undefined)?.paths ?? []) : [];
    if (!path) throw NO_ROUTE.test(JSON.stringify(said.json)) ? NoRoute() : this.client.unusable(said satisfies Said);
    const { distance, time, ascend, descend, points } = path;
    const climb = ascend !== undefined && descend !== undefined && { ascent_m: ascend, descent_m: descend };
    return { line: points.coordinates, distance_m: distance, duration_s: time / 1_000, ...climb };
  }
}

const profileOf = (sport: Journey['sport']) => (isOnFoot(sport) ? 'foot' : 'bike');
