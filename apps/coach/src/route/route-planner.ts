import { InvalidInput } from '@skep/contracts';
import {
  type Elevation,
  isLatitude,
  isLongitude,
  MAX_DISTANCE_M,
  type MeasureElevation,
  NoElevation,
  type PlanRoundTrip,
  type PlanRoute,
  type Position,
  RoutingUnavailable,
} from '@skep/contracts/coach';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Found, RoutingEngine } from './engines/engine.js';
import { planLoop } from './engines/loop.js';
import { ROUTING_ENGINE } from './engines/open-engine.js';
import { elevationOf, lengthOf } from './line.js';
import { assertFits, fitting, type RouteContent, toContent, toPosition } from './to-route.js';

/** What was found is kept for a while, up to so many points in all. */
const KEPT = { maxSize: 1_000_000, ttl: 600_000 };

/** Plans routes with the engine of this installation. Who asks for the same at the same time, or soon after, gets the same. */
@Injectable()
export class RoutePlanner {
  private readonly found = new LRUCache<string, Found, () => Promise<Found>>({
    ...KEPT,
    sizeCalculation: ({ line }) => line.length,
    fetchMethod: (_key, _stale, { context }) => context(),
  });

  constructor(@Inject(ROUTING_ENGINE) private readonly engine: RoutingEngine) {}

  /** @throws Problem `no_route`, `routing_unavailable`, `routing_timeout`; `invalid_input` if the waypoints are too far apart */
  async plan({ sport, waypoints, options = { avoid: [], prefer: [] } }: PlanRoute): Promise<RouteContent> {
    const points = waypoints.map(toPosition);
    if (lengthOf(points) > MAX_DISTANCE_M)
      throw InvalidInput([
        { loc: ['waypoints'], msg: `waypoints must be at most ${MAX_DISTANCE_M / 1_000} km apart in all`, type: 'too_far' },
      ]);
    const found = await this.find(['plan', sport, points, options], () => this.engine.plan({ sport, points, options }));
    return this.toContent(found, { sport, waypoints });
  }

  /** @throws Problem like `plan` */
  async planRoundTrip({ sport, start, distance_m, heading, seed }: PlanRoundTrip): Promise<RouteContent> {
    const loop = { sport, start: toPosition(start), distance_m, heading, seed };
    const found = await this.find(['loop', loop], () => this.engine.loop?.(loop) ?? planLoop(this.engine, loop));
    return this.toContent(found, { sport, waypoints: [start] });
  }

  /** @throws Problem `no_elevation`; `too_large`; `routing_unavailable`, `routing_timeout` */
  async measure({ geometry: { coordinates: line } }: MeasureElevation): Promise<Elevation> {
    assertFits(line);
    const elevation = elevationOf(line);
    if (elevation.profile.length >= 2) return elevation;
    const heights = await this.engine.heights?.(line);
    if (!heights) throw NoElevation();
    return elevationOf(line.map(([lon, lat], i) => [lon, lat, heights[i]!]));
  }

  private async find(request: unknown, find: () => Promise<Found>): Promise<Found> {
    const found = (await this.found.fetch(JSON.stringify(request), { context: find }))!;
    // An engine that confuses longitude and latitude has points that do not exist.
    if (found.line.length < 2 || !found.line.every(exists)) throw RoutingUnavailable();
    return found;
  }

  private toContent(
    { line, ascent_m, descent_m, ...found }: Found,
    { sport, waypoints }: Pick<PlanRoute, 'sport' | 'waypoints'>,
  ): RouteContent {
    const { name: engine, attribution } = this.engine;
    const content = toContent(fitting(line), { ...found, name: 'Route', sport, waypoints, engine, attribution, ascent_m: 0, descent_m: 0 });
    return ascent_m === undefined || descent_m === undefined ? content : { ...content, ascent_m, descent_m };
  }
}

const exists = ([lon, lat]: Position): boolean => isLongitude(lon) && isLatitude(lat);
