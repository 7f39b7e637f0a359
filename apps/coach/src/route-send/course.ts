import type { Route, RouteSport } from '@skep/contracts/coach';
import { hasHeights, shorten } from '../route/line.js';
import type { RouteContent } from '../route/to-route.js';

/** What Garmin takes. */
const POINTS_MAX = 10_000;

const ACTIVITY_TYPES: Record<RouteSport, string> = {
  run: 'RUNNING',
  trail_run: 'TRAIL_RUNNING',
  hike: 'HIKING',
  road_bike: 'ROAD_CYCLING',
  gravel_bike: 'GRAVEL_CYCLING',
  mtb: 'MOUNTAIN_BIKING',
  other: 'OTHER',
};

/** The body of a request to the Courses API of Garmin. Lengths are in metres. */
export interface Course {
  courseName: string;
  distance: number;
  elevationGain: number;
  elevationLoss: number;
  activityType: string;
  coordinateSystem: 'WGS84';
  geoPoints: { latitude: number; longitude: number; elevation?: number }[];
}

/** A route as a course. Its points have heights if the heights of all are known: Garmin takes all or none. */
export function toCourse(
  route: RouteContent | Route,
  { name = route.name, activity_type = route.sport }: { name?: string; activity_type?: RouteSport },
): Course {
  const line = shorten(route.geometry.coordinates, POINTS_MAX);
  const isHigh = hasHeights(line);
  return {
    courseName: name,
    distance: route.distance_m,
    elevationGain: route.ascent_m,
    elevationLoss: route.descent_m,
    activityType: ACTIVITY_TYPES[activity_type],
    coordinateSystem: 'WGS84',
    geoPoints: line.map(([longitude, latitude, elevation]) => ({
      latitude,
      longitude,
      ...(isHigh && { elevation }),
    })) as Course['geoPoints'],
  };
}

/** Where the person finds a course. */
export const urlOfCourse = (course_id: string): string => `https://connect.garmin.com/modern/course/${encodeURIComponent(course_id)}`;
