import type { auth } from '@skep/contracts/auth';
import { measureBeside } from '../beside.ts';
import { connected } from '../database.ts';
import { logIn } from '../client.ts';
import type { Measurement } from '../measurement.ts';
import { requestThatFindsANote } from '../notes-app.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';

const RATE = 32;
const CONNECTIONS = 16;
const ACTIONS = 100_000;
const PERSON = { email: 'busy@bench.example', password: 'a person with much data' };

export const description = `whether a person with ${ACTIONS.toLocaleString('en')} actions slows down others: calls at ${RATE}/s, beside their searches`;

export const run: Measurement['run'] = async (skep, options) => {
  const request = await requestThatFindsANote(skep);
  const headers = { authorization: `Bearer ${await addBusyPerson(skep)}` };
  const path = '/v1/actions';
  return measureBeside(
    {
      name: 'neighbours',
      title: `POST ${request.path} at ${RATE}/s, with and without ${CONNECTIONS} connections of a person who searches and counts their actions`,
      url: skep.url,
      requests: [request],
      rate: RATE,
      what: 'a busy person',
      flood: {
        connections: CONNECTIONS,
        requests: [
          { path: `${path}?search=nothing`, headers },
          { path: `${path}/stats`, headers },
        ],
        unit: 'their requests',
      },
      atMost: 2,
    },
    options,
  );
};

/** Creates the person and their actions, and returns an access token of theirs. */
async function addBusyPerson({ http, secrets, databases }: Skep): Promise<string> {
  const { access_token: token } = await logIn({ http, secrets });
  const { id } = await http<typeof auth.createUser>('POST', '/v1/users', { token, body: PERSON });
  progress(`neighbours: adding ${ACTIONS} actions`);
  await connected(
    databases.kernel.ownerUrl,
    async (client) => {
      await client.query(
        `insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview, result_preview)
       select 'act_' || lpad(to_hex(n), 12, '0'), 't' || n, $1, 'default', 'api', 'app-' || n % 20, 'f', 'read', 'success', repeat('a message ', 20),
              repeat('a result ', 20)
         from generate_series(1, $2::int) n`,
        [id, ACTIONS],
      );
      await client.query('vacuum analyze action');
    },
    '-c skep.tenant=*',
  );
  return (await http<typeof auth.login>('POST', '/v1/auth/login', { body: { ...PERSON, tenant_id: 'default' } })).access_token;
}
