import { coach } from '@skep/contracts/coach';
import { get, outcome } from '../../table.js';
import { person } from './access.js';

/** Longer than a provider, or a language model, may take. */
const WAIT_MS = 30_000;
const RETRY_SECONDS = '3';

const insights = outcome({
  statuses: { 202: { when: ({ status }) => status === 'pending', description: 'Nothing has arrived yet.' } },
  headers: {
    'retry-after': {
      of: ({ status }) => (status === 'pending' || status === 'partial' ? RETRY_SECONDS : undefined),
      description: 'Seconds until more may have arrived; absent when all is there.',
    },
  },
});

export const healthRoutes = [
  insights.get('/onboarding/{provider}/insights', coach.getInsights, person, { timeoutMs: WAIT_MS }),
  get('/user_states/activities', coach.listActivities, person),
  get('/user_states/activities/{activity_id}', coach.getActivity, person, { timeoutMs: WAIT_MS }),
];
