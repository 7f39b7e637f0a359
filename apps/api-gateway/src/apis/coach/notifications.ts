import { channels } from '@skep/contracts/channels';
import { del, get, outcome, post, put } from '../../table.js';
import { person } from './access.js';

const register = outcome({ statuses: { 201: { when: ({ created }) => created === true, description: 'The token is new.' } } });
const PREFERENCES = '/notifications/preferences';

export const notificationRoutes = [
  register.post('/notifications/tokens', channels.registerDevice, person),
  del('/notifications/tokens/{token_or_id}', channels.forgetDevice, person, { status: 204 }),
  get(PREFERENCES, channels.getReach, person),
  put(PREFERENCES, channels.setReach, person),
  post('/notifications/{notification_id}/opened', channels.noteOpened, person, { status: 204 }),
];
