import type { auth } from '@skep/contracts/auth';
import type { kernel } from '@skep/contracts/kernel';
import type { portal } from '@skep/contracts/portal';
import { logIn } from './client.ts';
import type { Skep } from './skep.ts';

export const NOTES = 'bench-notes';

const ir = {
  ir_version: '1.0',
  app: {
    id: NOTES,
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

function declared(name: string, action_type: string, param: string, step: object) {
  const params_schema = { type: 'object', properties: { [param]: { type: 'string' } }, required: [param] };
  return {
    name,
    description: `To ${name} a note.`,
    action_type,
    params_schema,
    impl: { kind: 'declarative', steps: [{ id: 'only', ...step }] },
  };
}

/** Signs in the administrator, deploys the app of notes once, and keeps a note. Returns a request that finds it. */
export async function requestThatFindsANote(skep: Skep) {
  const { access_token: token } = await logIn(skep);
  const call = await callerOf(skep, token);
  await deploy(skep, token, call);
  const { prev } = (await call(NOTES, 'keep', { text: 'Milk, eggs.' })).data as { prev: { id: string } };
  const { id } = prev;
  const found = await call(NOTES, 'find', { id });
  if (!JSON.stringify(found.data).includes('Milk, eggs.')) throw new Error(`find answers ${JSON.stringify(found)}`);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return { method: 'POST' as const, path: `/v1/extensions/${NOTES}/call`, headers, body: JSON.stringify(call.body('find', { id })) };
}

/** Calls a function of an app as the administrator. */
type Caller = Awaited<ReturnType<typeof callerOf>>;

async function callerOf({ http }: Skep, token: string) {
  const { imperal_id: user_id, tenant_id } = await http<typeof auth.getMe>('GET', '/v1/auth/me', { token });
  const body = (name: string, params: Record<string, unknown>) => ({ user_id, tenant_id, function: name, params });
  const call = async (app: string, name: string, params: Record<string, unknown>) => {
    const answer = await http<typeof kernel.callFunction>('POST', `/v1/extensions/${app}/call`, { token, body: body(name, params) });
    if (answer.status !== 'success') throw new Error(`${app}.${name} answers ${JSON.stringify(answer)}`);
    return answer;
  };
  return Object.assign(call, { body });
}

/** Registers the administrator as a developer, who runs the newest release of their own app. */
async function deploy({ http }: Skep, token: string, call: Caller): Promise<void> {
  const apps = await http<typeof portal.registerDeveloper>('POST', '/v1/developer/register', {
    token,
    body: { display_name: 'Bench' },
  }).then(
    () => [],
    // An earlier measurement has done it.
    () => http<typeof portal.listApps>('GET', '/v1/developer/apps', { token }),
  );
  if (apps.some(({ app_id }) => app_id === NOTES)) return;
  await http<typeof portal.createApp>('POST', '/v1/developer/apps', {
    token,
    body: { app_id: NOTES, name: 'Bench notes', short_description: 'Keeps notes.' },
  });
  await call('developer', 'deploy_ir', { app_id: NOTES, ir_dict: ir, dev_mode: true });
}
