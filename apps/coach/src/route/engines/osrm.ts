import { NoRoute } from '@skep/contracts/coach';
import codec from '@googlemaps/polyline-codec';
import type { EngineClient } from './engine-client.js';
import { type Found, isOnFoot, type Journey, OPENSTREETMAP, type RoutingEngine } from './engine.js';

interface Answer {
  code?: string;
  routes?: { distance: number; duration: number; geometry: string }[];
}

/** OSRM: https://project-osrm.org/docs/v5.24.0/api/. It knows no heights, and one server has one profile. */
export class Osrm implements RoutingEngine {
  readonly name = 'osrm';
  readonly attribution = OPENSTREETMAP;

  constructor(private readonly client: EngineClient) {}

  async plan({ sport, points, options: { avoid } }: Journey): Promise<Found> {
    const places = points.map(([lon, lat]) => `${lon},${lat}`).join(';');
    const exclude = avoid.includes('ferries') ? '&exclude=ferry' : '';
    const query = `overview=full&geometries=polyline6&steps=false${exclude}`;
    const said = await this.client.ask(`/route/v1/${isOnFoot(sport) ? 'foot' : 'bike'}/${places}?${query}`);
    const { code, routes: [route] = [] } = (said.json ?? {}) as Answer;
    if (code === 'NoRoute' || code === 'NoSegment') throw NoRoute();
    if (code !== 'Ok' || !route) throw this.client.unusable(said);
    return {
      line: codec.decode(route.geometry, 6).map(([lat, lon]) => [lon, lat]),
      ...{ distance_m: route.distance, duration_s: route.duration },
    };
  }
}
