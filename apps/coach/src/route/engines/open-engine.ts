import type { Log, Outbound } from '@skep/platform';
import { EngineClient } from './engine-client.js';
import type { EngineName } from './engine-names.js';
import type { RoutingEngine } from './engine.js';
import { GraphHopper } from './graphhopper.js';
import { GreatCircle } from './great-circle.js';
import { Osrm } from './osrm.js';
import { Valhalla } from './valhalla.js';

const ENGINES: Record<EngineName, new (client: EngineClient) => RoutingEngine> = {
  graphhopper: GraphHopper,
  valhalla: Valhalla,
  osrm: Osrm,
};

/** Provides the `RoutingEngine` of this installation. */
export const ROUTING_ENGINE = Symbol('ROUTING_ENGINE');

/** Settings of coach. */
interface EngineSettings {
  ROUTING_ENGINE: string;
  ROUTING_URL: string;
}

/** The engine that the settings name; straight lines without one. */
export const openEngine = ({ ROUTING_ENGINE: name, ROUTING_URL: url }: EngineSettings, outbound: Outbound, log: Log): RoutingEngine =>
  name ? new ENGINES[name as EngineName](new EngineClient(outbound, url, log)) : new GreatCircle();
