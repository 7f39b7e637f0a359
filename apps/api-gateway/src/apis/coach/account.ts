import { coach } from '@skep/contracts/coach';
import { user } from '../../route.js';
import { del, get } from '../../table.js';
import { person } from './access.js';

export const accountRoutes = [
  // Only the person themselves: a service has no sign-in.
  del('/account', coach.deleteAccount, user({ inPerson: true }), { body: true, status: 202, sensitive: true }),
  get('/account', coach.getAccount, person),
  get('/account/export', coach.exportAccount, person, { timeoutMs: 20_000, perMinute: 10 }),
];
