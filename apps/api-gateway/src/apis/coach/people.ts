import { coach } from '@skep/contracts/coach';
import { get, outcome } from '../../table.js';
import { person } from './access.js';

const PROFILE = '/users_profiles/{profile_id}';
const ifMatch = { headers: { if_match: 'if-match' } };
/** Health data is written from devices. */
const fromDevice = { ...ifMatch, attested: true };
const versioned = outcome({ headers: { etag: { of: ({ version }) => `"${String(version)}"`, description: 'Its version.' } } });
const begin = outcome({ statuses: { 201: { when: ({ created }) => created === true, description: 'The person is new.' } } });

export const peopleRoutes = [
  begin.post('/users', coach.beginCoaching, person, { attested: true }),
  versioned.get('/users/me', coach.getOwnPerson, person),
  versioned.patch('/users/me', coach.updateOwnPerson, person, ifMatch),
  get('/users/{user_id}', coach.getPerson, person),
  versioned.get(PROFILE, coach.getProfile, person),
  versioned.patch(PROFILE, coach.updateProfile, person, fromDevice),
  versioned.put(PROFILE, coach.replaceProfile, person, fromDevice),
];
