import { coach } from '@skep/contracts/coach';
import { jsonExchange } from '../../exchange/json-exchange.js';
import { saidExchange } from '../../exchange/said-exchange.js';
import { get, outcome, post, routeBuilder } from '../../table.js';
import { person } from './access.js';

const RECOMMENDATIONS = '/onboarding/race-recommendations';
const RECOMMENDATION = `${RECOMMENDATIONS}/{recommendation_id}`;
/** A language model answers meanwhile. */
const asks = { perMinute: 30, timeoutMs: 120_000 };

const isPending = ({ status }: { readonly status?: unknown }) => status === 'pending';
const making = outcome({
  statuses: { 202: { when: isPending, description: 'It is being made.' } },
  headers: {
    'retry-after': { of: (answer) => (isPending(answer) ? '1' : undefined), description: 'Seconds until you should read it again.' },
  },
});
const said = routeBuilder('POST', saidExchange(jsonExchange));
const selected = outcome({ statuses: { 201: { when: ({ created }) => created === true, description: 'It is newly planned.' } } });

export const onboardingRoutes = [
  get('/onboarding/intake', coach.getIntake, person),
  said('/onboarding/intake', coach.takeIntakeTurn, person, asks),
  making.post(RECOMMENDATIONS, coach.recommendRaces, person, { perMinute: 30 }),
  get(RECOMMENDATIONS, coach.getLatestRecommendation, person),
  post(`${RECOMMENDATIONS}/discover`, coach.discoverRaces, person, { perMinute: 20, timeoutMs: 40_000 }),
  making.get(RECOMMENDATION, coach.getRecommendation, person),
  making.post(`${RECOMMENDATION}/messages`, coach.refineRecommendation, person, { perMinute: 30 }),
  selected.post(`${RECOMMENDATION}/select`, coach.selectRace, person),
];
