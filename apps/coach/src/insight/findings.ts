import type { Insight } from '@skep/contracts/coach';
import { median } from './median.js';

/** What findings are computed from: the rows of one provider within the window. */
export interface Observed {
  /** In the order of their days. */
  activities: { sport: string; day: string; duration_s: number; distance_m: number | null }[];
  nights: { day: string; asleep_s: number }[];
  days: { day: string; resting_heart_rate_bpm: number }[];
}

/** Whose data it is, and when. */
export interface About {
  /** Name of the provider, for people. */
  name: string;
  /** The day of the person. */
  today: string;
  window_days: number;
}

const DAY_MS = 86_400_000;
const WEEK = 7;
/** Below it a pace says nothing of a person. */
const PACED_M = 1_000;
const LEAST_NIGHTS = 3;
const WORDS: Readonly<Record<string, readonly [noun: string, plural: string]>> = {
  run: ['run', 'runs'],
  trail_run: ['trail run', 'trail runs'],
  hike: ['hike', 'hikes'],
  road_bike: ['ride', 'rides'],
  gravel_bike: ['gravel ride', 'gravel rides'],
  mtb: ['mountain bike ride', 'mountain bike rides'],
  swim: ['swim', 'swims'],
};
const OTHER = ['activity', 'activities'] as const;
const RUNS = ['run', 'trail_run'];

const daysBefore = (today: string, day: string): number => Math.round((Date.parse(today) - Date.parse(day)) / DAY_MS);
const oneDecimal = (value: number): number => Math.round(value * 10) / 10;
const inHours = (seconds: number): string => {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
const asPace = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min/km`;
const count = (number: number, [one, many]: readonly [string, string]): string => `${number} ${number === 1 ? one : many}`;

/** What the rows of a person say. Each number is one of the rows or follows from them; without rows the finding is that there are none. */
export function findingsOf({ activities, nights, days }: Observed, about: About): Insight[] {
  const found = [...ofActivities(activities, about), ...ofNights(nights, about), ...ofHearts(days, about)];
  return found.length ? found : [nothing(about)];
}

function ofActivities(activities: Observed['activities'], about: About): Insight[] {
  const first = activities[0];
  if (!first) return [];
  const { today } = about;
  // Weeks end today: the last one is whole.
  const weekOf = ({ day }: { day: string }) => Math.floor(Math.max(0, daysBefore(today, day)) / WEEK);
  const weeks = weekOf(first) + 1;
  const evidence = { activities: activities.length, from: first.day, to: activities.at(-1)!.day };
  const active = new Set(activities.map(weekOf)).size;
  const insights = [...ofMainSport(activities, about, weeks, weekOf)];
  insights.push({
    ...{ id: 'consistency', metric: 'active_weeks', value: active, unit: 'weeks', evidence: { ...evidence, weeks } },
    title: `Active in ${active} of ${weeks} ${weeks === 1 ? 'week' : 'weeks'}`,
    body: `You recorded ${count(activities.length, OTHER)} in the last ${weeks === 1 ? '7 days' : `${weeks} weeks`}, and at least one in ${active} of these weeks.`,
  });
  return insights;
}

function ofMainSport(
  activities: Observed['activities'],
  { today }: About,
  weeks: number,
  weekOf: (activity: { day: string }) => number,
): Insight[] {
  const withDistance = activities.filter(
    (each): each is typeof each & { distance_m: number } => each.distance_m !== null && each.distance_m > 0,
  );
  const bySport = Map.groupBy(withDistance, ({ sport }) => sport);
  const main = [...bySport.entries()].toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))[0];
  if (!main) return [];
  const [sport, rows] = main;
  const words = (WORDS[sport] ?? OTHER) as readonly [string, string];
  const evidence = { activities: rows.length, from: rows[0]!.day, to: rows.at(-1)!.day };
  const byWeek = Array.from({ length: weeks }, (_, week) =>
    rows.filter((row) => weekOf(row) === week).reduce((sum, row) => sum + row.distance_m, 0),
  );
  const typical = oneDecimal(median(byWeek)! / 1_000);
  const longest = rows.reduce((a, b) => (b.distance_m > a.distance_m ? b : a));
  const longest_km = oneDecimal(longest.distance_m / 1_000);
  const ago = daysBefore(today, longest.day);
  const insights: Insight[] = [
    {
      ...{ id: 'weekly_distance', metric: 'distance_per_week', value: typical, unit: 'km', evidence: { ...evidence, weeks, sport } },
      title: `${typical} km in a typical week`,
      body: `Over the last ${weeks === 1 ? '7 days' : `${weeks} weeks`} you recorded ${count(rows.length, words)}. The median is ${typical} km a week.`,
    },
    {
      ...{ id: 'longest', metric: 'distance', value: longest_km, unit: 'km', evidence: { day: longest.day, sport } },
      title: `Your longest ${words[0]}: ${longest_km} km`,
      body: `You covered ${longest_km} km on ${longest.day}${ago === 0 ? ', today' : ago > 0 ? `, ${ago} ${ago === 1 ? 'day' : 'days'} ago` : ''}.`,
    },
  ];
  const paces = rows
    .filter(({ distance_m }) => distance_m >= PACED_M)
    .map(({ distance_m, duration_s }) => duration_s / (distance_m / 1_000));
  if (RUNS.includes(sport) && paces.length) {
    const pace = Math.round(median(paces)!);
    insights.push({
      ...{ id: 'typical_pace', metric: 'pace', value: pace, unit: 's/km', evidence: { ...evidence, activities: paces.length, sport } },
      title: `${asPace(pace)} is your typical pace`,
      body: `That is the median of ${count(paces.length, words)} of a kilometre or more.`,
    });
  }
  return insights;
}

function ofNights(nights: Observed['nights'], { window_days }: About): Insight[] {
  if (nights.length < LEAST_NIGHTS) return [];
  const asleep = Math.round(median(nights.map(({ asleep_s }) => asleep_s))!);
  const hours = inHours(asleep);
  return [
    {
      ...{
        id: 'sleep',
        metric: 'sleep_per_night',
        value: asleep,
        unit: 's',
        evidence: { nights: nights.length, from: nights[0]!.day, to: nights.at(-1)!.day },
      },
      title: `${hours} of sleep in a typical night`,
      body: `That is the median of ${nights.length} nights of the last ${window_days} days.`,
    },
  ];
}

function ofHearts(days: Observed['days'], { window_days }: About): Insight[] {
  if (days.length < LEAST_NIGHTS) return [];
  const value = Math.round(median(days.map(({ resting_heart_rate_bpm }) => resting_heart_rate_bpm))!);
  return [
    {
      ...{
        id: 'resting_heart_rate',
        metric: 'resting_heart_rate',
        value,
        unit: 'bpm',
        evidence: { days: days.length, from: days[0]!.day, to: days.at(-1)!.day },
      },
      title: `${value} bpm at rest`,
      body: `That is the median resting heart rate of ${days.length} days of the last ${window_days}.`,
    },
  ];
}

const nothing = ({ name, window_days }: About): Insight => ({
  ...{ id: 'no_data', evidence: { activities: 0, nights: 0 } },
  title: 'Nothing to look at yet',
  body: `${name} has sent nothing of the last ${window_days} days that we can count. New activities will show up here.`,
});
