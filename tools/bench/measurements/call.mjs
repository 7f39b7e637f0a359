import { logIn } from '../client.mjs';
import { contest } from '../contest.mjs';

const app_id = 'bench-notes';
const path = `/v1/extensions/${app_id}/call`;

export const description = 'a call of an app’s function that reads one document; the call is recorded and metered';

const ir = {
  ir_version: '1.0',
  app: {
    id: app_id,
    version: '1.0.0',
    title: 'Bench notes',
    description: 'Keeps notes and finds them again.',
    capabilities: ['store:write'],
    functions: [
      declared('keep', 'write', 'text', { op: 'store.create', args: { kind: 'note', data: { text: '{{event.text}}' } } }),
      declared('find', 'read', 'id', { op: 'store.get', args: { kind: 'note', id: '{{event.id}}' } }),
    ],
  },
};

function declared(name, action_type, param, step) {
  const params_schema = { type: 'object', properties: { [param]: { type: 'string' } }, required: [param] };
  return {
    name,
    description: `To ${name} a note.`,
    action_type,
    params_schema,
    impl: { kind: 'declarative', steps: [{ id: 'only', ...step }] },
  };
}

/** @type {import('./index.mjs').Measure} */
export async function run(skep, options) {
  const { access_token: token } = await logIn(skep);
  const call = await callerOf(skep, token);
  await deploy(skep, token, call);
  const { id } = (await call(app_id, 'keep', { text: 'Milk, eggs.' })).data.prev;
  const found = await call(app_id, 'find', { id });
  if (!JSON.stringify(found.data).includes('Milk, eggs.')) throw new Error(`find answers ${JSON.stringify(found)}`);

  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const requests = [{ method: 'POST', path, headers, body: JSON.stringify(call.body('find', { id })) }];
  const results = await contest('call', [{ name: 'skep', url: skep.url, requests, pids: skep.pids }], options);
  return { title: `POST ${path}, 64 connections`, results, targets: [] };
}

async function callerOf({ http }, token) {
  const { imperal_id: user_id, tenant_id } = await http('GET', '/v1/auth/me', { token });
  const body = (name, params) => ({ user_id, tenant_id, function: name, params });
  const call = async (app, name, params) => {
    const answer = await http('POST', `/v1/extensions/${app}/call`, { token, body: body(name, params) });
    if (answer.status !== 'success') throw new Error(`${app}.${name} answers ${JSON.stringify(answer)}`);
    return answer;
  };
  return Object.assign(call, { body });
}

/** Registers the administrator as a developer, who runs the newest release of their own app. */
async function deploy({ http }, token, call) {
  await http('POST', '/v1/developer/register', { token, body: { display_name: 'Bench' } });
  await http('POST', '/v1/developer/apps', { token, body: { app_id, name: 'Bench notes', short_description: 'Keeps notes.' } });
  await call('developer', 'deploy_ir', { app_id, ir_dict: ir, dev_mode: true });
}
