import type { Elevation, Position } from '@skep/contracts/coach';
import { bbox } from '@turf/bbox';
import { distance } from '@turf/distance';
import { lineString } from '@turf/helpers';
import simplify from 'simplify-js';

/** A smaller change of height is noise of the measurement. In metres. */
const NOISE_M = 3;
/** A stretch is simplified by itself, so that the work is proportional to the length of a line, however it winds. */
const STRETCH = 200;
/** In degrees: a decimetre, where simplifying begins. */
const TOLERANCE = 1e-6;

export const metresBetween = (from: Position, to: Position): number => distance(from as number[], to as number[], { units: 'meters' });

/** The metres from the start to each point. */
export function distancesOf(line: readonly Position[]): number[] {
  let metres = 0;
  return line.map((point, i) => (metres += i ? metresBetween(line[i - 1]!, point) : 0));
}

export const lengthOf = (line: readonly Position[]): number => distancesOf(line).at(-1) ?? 0;

/** West, south, east, north. */
export const boxOf = (line: readonly Position[]) =>
  bbox(lineString([...line] as number[][])).slice(0, 4) as [number, number, number, number];

/** Whether the height of every point is known. */
export const hasHeights = (line: readonly Position[]): boolean => line.every((point) => point.length === 3);

/** Metres of climb and descent. Between two turns that differ by less than the noise there is neither. */
export function climbOf([first = 0, ...heights]: readonly number[]): Pick<Elevation, 'gain_m' | 'loss_m'> {
  const climb = { gain_m: 0, loss_m: 0 };
  let [turn, last] = [first, first];
  const add = () => (last > turn ? (climb.gain_m += last - turn) : (climb.loss_m += turn - last));
  for (const height of heights)
    if ((last - turn) * (height - last) >= 0) last = height;
    else if (Math.abs(height - last) >= NOISE_M) {
      add();
      [turn, last] = [last, height];
    }
  add();
  return { gain_m: round(climb.gain_m), loss_m: round(climb.loss_m) };
}

/** The heights along a line, at the points that have one. */
export function elevationOf(line: readonly Position[]): Elevation {
  const distances = distancesOf(line);
  const profile = line.flatMap(([, , height], i): [number, number][] => (height === undefined ? [] : [[round(distances[i]!), height]]));
  return { profile, ...climbOf(profile.map(([, height]) => height)) };
}

/** A line with at most so many points, as close to the line as that allows (Ramer, Douglas and Peucker). */
export function shorten(line: Position[], most: number): Position[] {
  for (let tolerance = TOLERANCE; line.length > most; tolerance *= 2) line = shortenBy(line, tolerance);
  return line;
}

/** Stretches share their ends. */
function shortenBy(line: Position[], tolerance: number): Position[] {
  const shorter = [line[0]!];
  for (let start = 0; start < line.length - 1; start += STRETCH) {
    const stretch = line.slice(start, start + STRETCH + 1).map((point) => ({ x: point[0], y: point[1], point }));
    const kept = simplify(stretch, tolerance, true) as typeof stretch;
    shorter.push(...kept.slice(1).map(({ point }) => point));
  }
  return shorter;
}

/** Rounds to centimetres. */
export const round = (metres: number): number => Math.round(metres * 100) / 100;
