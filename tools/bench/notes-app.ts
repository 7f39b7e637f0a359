import type { auth } from '@skep/contracts/auth';
import type { kernel } from '@skep/contracts/kernel';
import type { portal } from '@skep/contracts/portal';
import { type Http, logIn } from './client.ts';
import type { Skep } from './skep.ts';

/** An app that keeps notes as documents. `paid` does what `find` does, and has a price if the app is published with one. */
export const notesIr = (app_id: string, description = 'Keeps notes and finds them again.') => ({
  ir_version: '1.0',
  app: {
    id: app_id,
    version: '1.0.0',
    title: 'Bench notes',
    description,
    capabilities: ['store:write'],
    functions: [
      declared('keep', 'write', 'text', { op: 'store.create', args: { kind: 'note', data: { text: '{{event.text}}' } } }),
      declared('find', 'read', 'id', { op: 'store.get', args: { kind: 'note', id: '{{event.id}}' } }),
      declared('paid', 'read', 'id', { op: 'store.get', args: { kind: 'note', id: '{{event.id}}' } }),
      declared('newest', 'read', 'kind', { op: 'store.list', args: { kind: '{{event.kind}}', limit: 10 } }),
      declared('tagged', 'read', 'tag', { op: 'store.list', args: { kind: 'note', where: { tag: '{{event.tag}}' }, limit: 10 } }),
    ],
  },
});

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

/** Calls functions as one user. */
export type Caller = Awaited<ReturnType<typeof callerOf>>;

/** A caller of functions. @param token of the user */
export async function callerOf(http: Http, token: string) {
  const { imperal_id: user_id, tenant_id } = await http<typeof auth.getMe>('GET', '/v1/auth/me', { token });
  const body = (name: string, params: Record<string, unknown>) => ({ user_id, tenant_id, function: name, params });
  return {
    user_id,
    /** The body of a call. */
    body,
    /** @throws Error if the function fails */
    async call(app: string, name: string, params: Record<string, unknown>) {
      const answer = await http<typeof kernel.callFunction>('POST', `/v1/extensions/${app}/call`, { token, body: body(name, params) });
      if (answer.status !== 'success') throw new Error(`${app}.${name} answers ${JSON.stringify(answer)}`);
      return answer.data;
    },
  };
}

/** Keeps a note, and returns its id. */
export async function keepNote(app_id: string, caller: Caller): Promise<string> {
  const { prev } = (await caller.call(app_id, 'keep', { text: 'Milk, eggs.' })) as { prev: { id: string } };
  const found = await caller.call(app_id, 'find', { id: prev.id });
  if (!JSON.stringify(found).includes('Milk, eggs.')) throw new Error(`find answers ${JSON.stringify(found)}`);
  return prev.id;
}

type Ir = { app: { id: string; title: string } };

/** Deploys a first release of an app, which its developer can call at once. */
export async function deployApp(http: Http, token: string, caller: Caller, ir_dict: Ir): Promise<void> {
  const { id: app_id, title: name } = ir_dict.app;
  await http('POST', '/v1/developer/register', { token, body: { display_name: 'Bench' } }).catch(() => undefined);
  const listing = { app_id, name, short_description: 'For measurements.', category: 'notes' };
  await http<typeof portal.createApp>('POST', '/v1/developer/apps', { token, body: listing });
  await caller.call('developer', 'deploy_ir', { app_id, ir_dict, dev_mode: true });
}

/** Deploys an app of the administrator, whose tier then allows any number of apps: each measurement has one. */
export async function deployOwnApp(http: Http, token: string, caller: Caller, ir_dict: Ir): Promise<void> {
  await http('POST', '/v1/developer/register', { token, body: { display_name: 'Bench' } }).catch(() => undefined);
  await http('POST', '/v1/admin/developer/tier', { token, body: { user_id: caller.user_id, tier: 'partner' } });
  await deployApp(http, token, caller, ir_dict);
}

/** Signs in the administrator, deploys the app unless an earlier measurement has, and keeps a note. Returns a request that finds it. */
export async function requestThatFindsANote(skep: Skep, app_id = 'bench-notes') {
  const { access_token: token } = await logIn(skep);
  const caller = await callerOf(skep.http, token);
  const isDeployed = await skep.http<typeof portal.getApp>('GET', `/v1/developer/apps/${app_id}`, { token }).then(
    () => true,
    () => false,
  );
  if (!isDeployed) await deployOwnApp(skep.http, token, caller, notesIr(app_id));
  const id = await keepNote(app_id, caller);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return { method: 'POST' as const, path: `/v1/extensions/${app_id}/call`, headers, body: JSON.stringify(caller.body('find', { id })) };
}
