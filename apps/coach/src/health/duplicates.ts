import type { ActivityRecord } from './record.js';

/** The columns that decide whether two rows are one activity. */
export type Comparable = Pick<ActivityRecord, 'started_at' | 'duration_s' | 'elapsed_s' | 'distance_m'> & { id: string; provider: string };

const START_MS = 180_000;
const DURATION_S = 120;
const DURATION_SHARE = 0.15;
const DISTANCE_M = 200;
const DISTANCE_SHARE = 0.07;

/** How far apart rows are at most that are compared, in milliseconds. */
export const REACH_MS = START_MS;

/** Providers that know more of an activity come first. */
const RANKS = ['garmin', 'strava', 'terra-', 'whoop', 'oura'];
const rankOf = (provider: string): number => {
  const rank = RANKS.findIndex((name) => (name.endsWith('-') ? provider.startsWith(name) : provider === name));
  return rank < 0 ? RANKS.length : rank;
};

const near = (a: number, b: number, least: number, share: number): boolean => Math.abs(a - b) <= Math.max(least, share * Math.max(a, b));

/** Whether two providers mean one activity: it began at about the same time, and took and covered about the same. */
export function isSame(a: Comparable, b: Comparable): boolean {
  if (a.provider === b.provider || Math.abs(a.started_at.getTime() - b.started_at.getTime()) > START_MS) return false;
  const times = [a.duration_s, a.elapsed_s ?? a.duration_s].flatMap((one) =>
    [b.duration_s, b.elapsed_s ?? b.duration_s].map((other) => [one, other]),
  );
  if (!times.some(([one, other]) => near(one!, other!, DURATION_S, DURATION_SHARE))) return false;
  return a.distance_m === null || b.distance_m === null || near(a.distance_m, b.distance_m, DISTANCE_M, DISTANCE_SHARE);
}

/**
 * Finds which rows are another provider's view of an activity: the row that is shown, by the id of the one that is not. It depends on the
 * rows alone, not on their order. A row that is shown stands for one row of each other provider.
 */
export function findDuplicates(rows: readonly Comparable[]): Map<string, string> {
  const order = (a: Comparable, b: Comparable) =>
    rankOf(a.provider) - rankOf(b.provider) || a.started_at.getTime() - b.started_at.getTime() || (a.id < b.id ? -1 : 1);
  const shown: { row: Comparable; providers: Set<string> }[] = [];
  const found = new Map<string, string>();
  for (const row of rows.toSorted(order)) {
    const same = shown.find((each) => !each.providers.has(row.provider) && isSame(each.row, row));
    if (same) {
      same.providers.add(row.provider);
      found.set(row.id, same.row.id);
    } else shown.push({ row, providers: new Set([row.provider]) });
  }
  return found;
}
