import { type Problem } from '@skep/contracts';
import { api } from '../../src/api.js';
import { accessToken } from '../../src/auth/access-tokens.js';
import { serviceToken } from '../../src/auth/service-tokens.js';
import { open, user } from '../../src/route.js';
import { get, message, socket } from '../../src/table.js';
import { parrot, Said } from './parrot.js';

const messages = {
  say: message(parrot.say, user()),
  tell: message(parrot.tell, user()),
  which: message(parrot.which, user()),
  think: message(parrot.think, open()),
};

/** An API with sockets: one for signed-in users, and one whose users sign in by a message, in two dialects. */
export const parrots = api({
  name: 'parrots',
  prefix: '/parrots',
  info: { title: 'Parrots', summary: 'Sockets.', description: 'An API of the tests.' },
  tags: { parrot: 'Sockets that repeat.' },
  auth: [accessToken, serviceToken],
  routes: [
    socket('/parrots', parrot.join, user(), { messages, onClose: parrot.leave, sends: [Said], maxBytes: 100_000 }),
    socket('/parrots/open', parrot.join, open(), {
      ...{ messages: { ...messages, 'parrot.say': message(parrot.say, user()) }, onClose: parrot.leave, tokenIn: 'token' },
      id: 'joinOpen',
      names: ['type', 'event'],
      credentialOf: ({ token }) => token,
      errorOf: ({ body: { code } }: Problem, { event }) => (event ? { event: 'error', data: { code } } : { type: 'error', code }),
    }),
    get('/parrots/left', parrot.listLeft, open()),
  ],
});
