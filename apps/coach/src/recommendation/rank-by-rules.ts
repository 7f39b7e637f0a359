import type { RecommendRaces } from '@skep/contracts/coach';
import type { Candidate } from './candidates.js';
import type { RankedItem } from './recommendation.entity.js';

const MONTH = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
/** From so many kilometres on it makes no difference. */
const FAR_KM = 2_000;
const DAY_MS = 86_400_000;
/** Days to prepare: less is short. */
const PREPARATION_DAYS = 84;

/** Ranks races by what is certain of them: how far away they are, and whether there is time to prepare. The reasons say no more. */
export function rankByRules(candidates: readonly Candidate[], wishes: RecommendRaces, today: Date): RankedItem[] {
  return candidates
    .map((race) => ({ event_id: race.id, score: scoreOf(race, today), reasons: reasonsOf(race, wishes) }))
    .sort((a, b) => b.score - a.score);
}

function scoreOf({ distance_km, starts_on }: Candidate, today: Date): number {
  const near = distance_km === null ? 0.5 : 1 - Math.min(1, distance_km / FAR_KM);
  const days = (Date.parse(starts_on) - today.getTime()) / DAY_MS;
  const soon = days < PREPARATION_DAYS ? Math.max(0, days / PREPARATION_DAYS) : Math.max(0, 1 - (days - PREPARATION_DAYS) / 730);
  return Math.round((0.3 + 0.4 * near + 0.3 * soon) * 100) / 100;
}

function reasonsOf({ sport, starts_on, distance_km, distances }: Candidate, { sports, months, distance_range }: RecommendRaces): string[] {
  const month = MONTH.format(new Date(starts_on));
  const { min = 0, max = Infinity } = distance_range ?? {};
  const fitting = distance_range && distances.find(({ distance_m }) => distance_m >= min && distance_m <= max);
  return [
    ...(sports?.includes(sport) ? [`Its sport is ${sport.replaceAll('_', ' ')}.`] : []),
    ...(distance_km === null ? [] : [`It is ${Math.round(distance_km)} km from your home.`]),
    ...(fitting ? [`It has a distance of ${Math.round(fitting.distance_m / 100) / 10} km.`] : []),
    months?.length ? `It is in ${month}, in a month that you named.` : `It is in ${month}.`,
  ];
}
