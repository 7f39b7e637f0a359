import { api } from '../../api.js';
import { accessToken } from '../../auth/access-tokens.js';
import { firebaseToken } from '../../auth/firebase-tokens.js';
import { serviceToken } from '../../auth/service-tokens.js';
import { accountRoutes } from './account.js';
import { attestationRoutes } from './attestation.js';
import { channelRoutes } from './channels.js';
import { healthRoutes } from './health.js';
import { homeRoutes } from './home.js';
import { notificationRoutes } from './notifications.js';
import { onboardingRoutes } from './onboarding.js';
import { peopleRoutes } from './people.js';
import { providerRoutes } from './providers.js';
import { questionRoutes } from './questions.js';
import { raceRoutes } from './races.js';
import { routeRoutes } from './routes.js';
import { terraRoutes } from './terra.js';

/** The API of the coach for endurance athletes. */
export const coachApi = api({
  name: 'coach',
  info: {
    title: 'Skep, the coach',
    summary: 'A coach for endurance athletes: profiles, health data, boards, races and routes.',
    description: [
      'Compatible with the published route families of a coach API. Of these only paths and purposes are public: what has `x-skep-reconstructed` is our reading of them.',
      'Sign in with a Firebase ID token, or with an access token of `/v1`.',
      'Errors are problems (RFC 9457); the `detail` of invalid input is a list of faults, and text otherwise.',
    ].join('\n\n'),
  },
  tags: {
    auth: 'Attestation of devices, and the health probe.',
    channels: 'Devices, notifications and chats.',
    coach: 'People, their boards, races and routes.',
    connections: 'Accounts at health providers.',
  },
  auth: [firebaseToken, serviceToken, accessToken],
  takesSessions: true,
  printed: [
    '/',
    '/users_profiles/{profile_id}',
    '/account',
    '/onboarding/{provider}/insights',
    '/session',
    '/session/sdk-token',
    '/onboarding/intake',
    '/onboarding/race-recommendations',
    '/whatsapp_webhooks',
    '/heylo_webhooks',
    '/channel_associations',
    '/whatsapp_associations',
    '/channels/message-references',
  ],
  crossOrigin: { '/routes': 'anyone', '/route-send': 'returning' },
  routes: [
    ...accountRoutes,
    ...attestationRoutes,
    ...channelRoutes,
    ...healthRoutes,
    ...homeRoutes,
    ...notificationRoutes,
    ...onboardingRoutes,
    ...peopleRoutes,
    ...providerRoutes,
    ...questionRoutes,
    ...raceRoutes,
    ...routeRoutes,
    ...terraRoutes,
  ],
});
