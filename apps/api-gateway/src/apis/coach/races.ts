import { coach } from '@skep/contracts/coach';
import { service, user } from '../../route.js';
import { del, get, outcome, patch, post, put } from '../../table.js';
import { person } from './access.js';

const RACE = '/events/{event_id}';
const PLAN = '/user_events/{id}';
const ACTIVE = '/user_events/active';
/** Someone with `coach:use`, or a service for a tenant. */
const personOrService = user({ alone: true });

const written = outcome({ statuses: { 200: { when: ({ created }) => created === false, description: 'It was known, and is replaced.' } } });
const localised = outcome({
  headers: { 'content-language': { of: ({ language }) => String(language), description: 'The language of the answer.' } },
});
const translated = outcome({ statuses: { 202: { when: ({ status }) => status === 'queued', description: 'It is being made.' } } });
const active = outcome({ only: 'active' });

export const raceRoutes = [
  written.post('/events', coach.writeRace, service(), { status: 201 }),
  get('/events', coach.listRaces, person),
  localised.get(RACE, coach.getRace, person, { headers: { accept_language: 'accept-language' } }),
  get(`${RACE}/translations`, coach.listRaceTranslations, person),
  translated.post(`${RACE}/translations/{lang}`, coach.translateRace, personOrService, { perMinute: 30 }),
  get('/user_events', coach.listUserEvents, person),
  post('/user_events', coach.addUserEvent, person, { status: 201 }),
  active.get(ACTIVE, coach.getActiveUserEvent, person),
  put(ACTIVE, coach.activateUserEvent, person),
  del(ACTIVE, coach.deactivateUserEvent, person, { status: 204 }),
  get('/user_events/history', coach.listUserEventHistory, person),
  patch(PLAN, coach.updateUserEvent, person),
  del(PLAN, coach.removeUserEvent, person, { status: 204 }),
];
