import { api } from '../../src/api.js';
import { accessToken } from '../../src/auth/access-tokens.js';
import { serviceToken } from '../../src/auth/service-tokens.js';
import { user } from '../../src/route.js';
import { post, stream } from '../../src/table.js';
import { talker } from './talker.js';

/** An API whose routes stream runs. Services may open any number of streams. */
export const talks = api({
  name: 'talks',
  prefix: '/talks',
  info: { title: 'Talks', summary: 'Streams.', description: 'An API of the tests.' },
  tags: { talker: 'Runs that talk.' },
  auth: [accessToken, serviceToken],
  routes: [
    stream.post('/talks', talker.talk, user()),
    stream.get('/talks/{run_id}', talker.listen, user()),
    post('/talks/{run_id}/hush', talker.hush, user()),
  ],
});
