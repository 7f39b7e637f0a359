import { ValidateBy } from 'class-validator';
import { field, type FieldDocs, Num, OneOf, Shape } from '../fields.js';

/** Longitude and latitude in degrees (WGS 84) and, where it is known, the height in metres (RFC 7946 §3.1.1). */
export type Position = [longitude: number, latitude: number, height?: number];

/** The points that a line may have: so many fit into one request and into one GPX file. */
export const MAX_POINTS = 20_000;

/** Metres above sea level, from below the deepest sea to above the highest mountain. */
const HEIGHT = { min: -12_000, max: 20_000 };

export const isLongitude = (value: unknown): value is number => isWithin(value, -180, 180);
export const isLatitude = (value: unknown): value is number => isWithin(value, -90, 90);
export const isHeight = (value: unknown): value is number => isWithin(value, HEIGHT.min, HEIGHT.max);
/** A comparison with NaN is false. */
const isWithin = (value: unknown, min: number, max: number) => typeof value === 'number' && value >= min && value <= max;

const isPosition = (value: unknown): value is Position =>
  Array.isArray(value) &&
  (value.length === 2 || (value.length === 3 && isHeight(value[2]))) &&
  isLongitude(value[0]) &&
  isLatitude(value[1]);

const numbers = { type: 'array', items: { type: 'number' } };

const Positions = (docs: FieldDocs) =>
  field(
    { schema: { type: 'array', minItems: 2, items: { ...numbers, minItems: 2, maxItems: 3 } } },
    docs,
    ValidateBy({
      name: 'isPositions',
      validator: {
        validate: (value) => Array.isArray(value) && value.length >= 2 && value.every(isPosition),
        defaultMessage: () =>
          '$property must be two or more positions [longitude, latitude] or [longitude, latitude, height], within range',
      },
    }),
  );

/** A list of lists of numbers, such as a profile. Only for answers. */
export const NumberPairs = (docs: FieldDocs) => field({ schema: { type: 'array', items: { ...numbers, minItems: 2, maxItems: 2 } } }, docs);

/** West, south, east, north (RFC 7946 §5). Only for answers. */
export const BoundingBox = (docs: FieldDocs) => field({ schema: { ...numbers, minItems: 4, maxItems: 4 } }, docs);

@Shape('A line of GeoJSON (RFC 7946 §3.1.4).')
export class LineString {
  @OneOf(['LineString'], { description: 'Always `LineString`.', example: 'LineString' }) type!: 'LineString';
  @Positions({
    description: `Positions, longitude first: \`[longitude, latitude]\`, or \`[longitude, latitude, height]\`. At most ${MAX_POINTS}.`,
    example: [
      [-157.85, 21.3, 12],
      [-157.83, 21.28, 4],
    ],
  })
  coordinates!: Position[];
}

@Shape('A point on the earth (WGS 84).')
export class Waypoint {
  @Num({ min: -90, max: 90, description: 'Latitude in degrees.', example: 21.3 }) lat!: number;
  @Num({ min: -180, max: 180, description: 'Longitude in degrees.', example: -157.85 }) lon!: number;
}
