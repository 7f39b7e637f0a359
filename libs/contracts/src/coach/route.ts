import { Empty } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotFound, problem, TooLarge } from '../problem.js';
import { SentFile } from '../sent-file.js';
import { StoredFile } from '../stored-file.js';
import { BoundingBox, LineString, NumberPairs, Waypoint } from './geometry.js';

/** Sports for which routes are planned. */
export const PLANNED_SPORTS = ['run', 'trail_run', 'hike', 'road_bike', 'gravel_bike', 'mtb'] as const;
export type PlannedSport = (typeof PLANNED_SPORTS)[number];
/** Sports of routes, also of those that come from elsewhere. */
export const ROUTE_SPORTS = [...PLANNED_SPORTS, 'other'] as const;
export type RouteSport = (typeof ROUTE_SPORTS)[number];

const AVOIDED = ['ferries', 'steps', 'unpaved'] as const;
const PREFERRED = ['flat', 'hilly'] as const;

/** Metres in a straight line from waypoint to waypoint, and of a round trip. */
export const MAX_DISTANCE_M = 500_000;

const docs = {
  route_id: { description: 'Id of the route. Who knows it may read the route.', example: 'q8YkT0v3Jd5uF1n2LxZ7aw' },
  edit_token: { description: 'Proof that the route may be changed. It is shown once, when the route is saved.', example: 'Zx0b7Q' },
  name: { description: 'Name of the route.', example: 'Harbour loop' },
  sport: { description: 'Sport of the route.', example: 'run' },
  distance_m: { description: 'Length in metres.', example: 3043.2 },
  duration_s: { description: 'Estimated duration in seconds.', example: 1015 },
  ascent_m: { description: 'Metres of climb; 0 where no heights are known.', example: 16 },
  descent_m: { description: 'Metres of descent; 0 where no heights are known.', example: 16 },
  engine: { description: 'What planned the route. `great-circle`: straight lines, which follow no roads.', example: 'graphhopper' },
  attribution: { description: 'Whom to name where the route is shown.', example: '© OpenStreetMap contributors' },
  waypoints: { description: 'The points that the route was planned through.' },
  geometry: { description: 'The line of the route.' },
  expires_at: { description: 'When the route is removed. Null: it is kept.' },
} satisfies Record<string, FieldDocs>;

const Name = () => Text({ min: 1, max: 255, ...docs.name });

@Shape('What to avoid and to prefer. An engine considers what its data says.')
export class PlanOptions {
  @List('text', { words: AVOIDED, max: 3, description: 'What to avoid.', example: ['ferries'] }) avoid: (typeof AVOIDED)[number][] = [];
  @List('text', { words: PREFERRED, max: 1, description: 'What to prefer; Valhalla only.', example: ['flat'] })
  prefer: (typeof PREFERRED)[number][] = [];
}

@Shape('A route to plan.')
export class PlanRoute {
  @OneOf(PLANNED_SPORTS, docs.sport) sport!: PlannedSport;
  @List(() => Waypoint, { min: 2, max: 25, description: 'From the start to the end.' }) waypoints!: Waypoint[];
  @Optional() @Nested(() => PlanOptions, { description: 'What to avoid and to prefer.' }) options?: PlanOptions;
}

@Shape('A loop to plan.')
export class PlanRoundTrip {
  @OneOf(PLANNED_SPORTS, docs.sport) sport!: PlannedSport;
  @Nested(() => Waypoint, { description: 'Where it starts and ends.' }) start!: Waypoint;
  @Num({ min: 200, max: MAX_DISTANCE_M, description: 'About how long it is, in metres.', example: 10_000 }) distance_m!: number;
  @Optional() @Num({ min: 0, max: 360, description: 'Direction in which it begins, in degrees from north.', example: 90 }) heading?: number;
  @Int({ min: 0, max: 2_147_483_647, description: 'Another seed gives another loop, the same seed the same.', example: 7 }) seed: number =
    0;
}

@Shape('A line whose heights are asked for.')
export class MeasureElevation {
  @Nested(() => LineString, docs.geometry) geometry!: LineString;
}

@Shape('The heights along a line.')
export class Elevation {
  @NumberPairs({
    description: 'Pairs of the distance from the start and the height, in metres.',
    example: [
      [0, 12],
      [83.1, 22],
    ],
  })
  profile!: [number, number][];
  @Num({ description: 'Metres of climb. Changes of less than three metres count as noise.', example: 90 }) gain_m!: number;
  @Num({ description: 'Metres of descent.', example: 32 }) loss_m!: number;
}

/** What a client may say of a route. Its length and extent follow from the line. */
@Shape('A route, as it was planned, imported or drawn.')
export class RouteDraft {
  @Name() name: string = 'Route';
  @OneOf(ROUTE_SPORTS, docs.sport) sport: RouteSport = 'other';
  @Nested(() => LineString, docs.geometry) geometry!: LineString;
  @List(() => Waypoint, { max: 25, ...docs.waypoints }) waypoints: Waypoint[] = [];
  @Optional() @Num({ min: 0, max: 10_000_000, ...docs.duration_s }) duration_s?: number;
  @Num({ min: 0, max: 1_000_000, ...docs.ascent_m, description: 'Metres of climb, if the line has no heights.' }) ascent_m: number = 0;
  @Num({ min: 0, max: 1_000_000, ...docs.descent_m, description: 'Metres of descent, if the line has no heights.' }) descent_m: number = 0;
  @Text({ max: 64, ...docs.engine }) engine: string = '';
  @Text({ max: 255, ...docs.attribution }) attribution: string = '';
}

@Shape('A route.')
export class Route {
  @Optional() @Text({ ...docs.route_id, description: 'Id of a saved route.' }) id?: string;
  @Text(docs.name) name!: string;
  @OneOf(ROUTE_SPORTS, docs.sport) sport!: RouteSport;
  @Num(docs.distance_m) distance_m!: number;
  @Optional() @Num(docs.duration_s) duration_s?: number;
  @Num(docs.ascent_m) ascent_m!: number;
  @Num(docs.descent_m) descent_m!: number;
  @BoundingBox({ description: 'West, south, east, north.', example: [-157.85, 21.28, -157.83, 21.3] })
  bbox!: [number, number, number, number];
  @Nested(() => LineString, docs.geometry) geometry!: LineString;
  @List(() => Waypoint, docs.waypoints) waypoints!: Waypoint[];
  @Text(docs.engine) engine!: string;
  @Text(docs.attribution) attribution!: string;
  @Instant({ description: 'When it was planned, imported or saved.' }) created_at!: Date;
  @Optional() @Instant({ ...docs.expires_at, description: 'When a saved route is removed. Left out: never.' }) expires_at?: Date;
}

@Shape('A GPX file to read.')
export class ImportRoute {
  @OneOf(ROUTE_SPORTS, { ...docs.sport, description: 'Sport of the route; what the file says, if left out.' })
  @Optional()
  sport?: RouteSport;
  @Nested(() => StoredFile, { description: 'The file.' }) file!: StoredFile;
}

@Shape('A saved route, with the proof that it is yours.')
export class SavedRoute {
  @Text(docs.route_id) route_id!: string;
  @Text(docs.edit_token) edit_token!: string;
  @Text({ description: 'Where to read the route.', example: 'https://skep.example.com/routes/q8YkT0v3Jd5uF1n2LxZ7aw' }) url!: string;
  @Nullable() @Instant(docs.expires_at) expires_at!: Date | null;
}

@Shape('Identifies a saved route.')
export class RouteRef {
  @Text({ max: 200, ...docs.route_id }) route_id!: string;
}

@Shape('Identifies a saved route of your own.')
export class OwnRouteRef extends RouteRef {
  @Text({ max: 200, ...docs.edit_token }) edit_token: string = '';
}

@Shape('A change of a saved route. What is left out stays.')
export class UpdateRoute extends OwnRouteRef {
  @Optional() @Name() name?: string;
  @Optional() @OneOf(ROUTE_SPORTS, docs.sport) sport?: RouteSport;
  @Optional() @Nested(() => LineString, docs.geometry) geometry?: LineString;
  @Optional() @List(() => Waypoint, { max: 25, ...docs.waypoints }) waypoints?: Waypoint[];
}

export const RouteNotFound = problem('route_not_found', 404, 'Route not found, or the edit token is not that of the route.');
export const RouteGone = problem('route_gone', 410, 'This route was deleted or has expired.');
export const NoRoute = problem('no_route', 422, 'There is no way between these points for this sport.');
export const NoElevation = problem('no_elevation', 422, 'No heights are known for this line. Send positions with heights.');
export const RoutingUnavailable = problem('routing_unavailable', 502, 'The routing engine does not answer. Try again later.', 5);
export const RoutingTimeout = problem('routing_timeout', 504, 'The routing engine took too long. Try again later.', 5);

const ofEngine = [RoutingUnavailable, RoutingTimeout];
const ofSaved = [RouteNotFound, RouteGone];

export const routeMembers = {
  planRoute: operation('Plan a route', {
    description: 'The shortest suitable way through two to 25 points. `engine` says what planned it.',
    input: PlanRoute,
    output: Route,
    problems: [NoRoute, TooLarge, ...ofEngine],
    spansCalls: true,
  }),
  planRoundTrip: operation('Plan a loop', {
    description: 'A loop of about the given length.',
    input: PlanRoundTrip,
    output: Route,
    problems: [NoRoute, TooLarge, ...ofEngine],
    spansCalls: true,
  }),
  measureElevation: operation('Measure the heights along a line', {
    description: 'From the heights of the line, else from those that the routing engine knows.',
    input: MeasureElevation,
    output: Elevation,
    problems: [NoElevation, TooLarge, ...ofEngine],
    spansCalls: true,
  }),
  saveRoute: operation('Save a route', {
    description:
      'Anyone who knows the id may read the route, so it can show where someone lives. Only who has the edit token may change or delete it; it is shown this once.',
    input: RouteDraft,
    output: SavedRoute,
    problems: [TooLarge],
    secret: true,
  }),
  getRoute: operation('Read a route', { input: RouteRef, output: Route, problems: ofSaved }),
  getRouteGpx: operation('Download a route as GPX', {
    description: 'GPX 1.1, with one track.',
    input: RouteRef,
    output: SentFile,
    problems: ofSaved,
  }),
  updateRoute: operation('Change a route', {
    description: 'Needs the edit token of the route.',
    input: UpdateRoute,
    output: Route,
    problems: [...ofSaved, TooLarge],
  }),
  deleteRoute: operation('Delete a route', {
    description: 'Needs the edit token of the route. Its id answers 410 afterwards.',
    input: OwnRouteRef,
    output: Empty,
    problems: ofSaved,
  }),
  importRoute: operation('Read a GPX file', {
    description:
      'Returns the first track or route of a GPX 1.0 or 1.1 file of at most 5 MiB, and saves nothing. A file with a document type is refused. A line of more than 20,000 points is simplified.',
    input: ImportRoute,
    output: Route,
    problems: [NotFound, TooLarge],
    spansCalls: true,
  }),
};
