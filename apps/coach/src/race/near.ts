import type { Coordinates } from '@skep/contracts/coach';

const KM_PER_DEGREE = 111.19;

/** What of the earth may be within a distance of a place: a box of degrees, which may be a little larger. */
export interface Box {
  south: number;
  north: number;
  west: number;
  east: number;
  /** The box goes over 180° of longitude: places are west of `east`, or east of `west`. */
  wraps: boolean;
}

export function boxAround({ lat, lon }: Coordinates, km: number): Box {
  const degrees = (km / KM_PER_DEGREE) * 1.001;
  const [south, north] = [lat - degrees, lat + degrees];
  const whole = { south, north, west: -180, east: 180, wraps: false };
  // Beyond a pole every longitude is near.
  if (south <= -90 || north >= 90) return whole;
  const sine = Math.sin((degrees * Math.PI) / 180) / Math.cos((lat * Math.PI) / 180);
  if (sine >= 1) return whole;
  const wide = (Math.asin(sine) * 180) / Math.PI;
  const [west, east] = [lon - wide, lon + wide];
  if (west < -180) return { south, north, west: west + 360, east, wraps: true };
  if (east > 180) return { south, north, west, east: east - 360, wraps: true };
  return { south, north, west, east, wraps: false };
}
