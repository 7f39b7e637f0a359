import { Bus, connectNats, type Ctx, newCtx, openLog } from '@skep/platform';
import type { Infrastructure } from '@skep/testkit';

/** Callers as the gateway hands them over. */
export const person = (name: string, more: Partial<Ctx> = {}): Ctx =>
  newCtx({
    tenant: 'default',
    user: `imp_u_${name}`,
    email: `${name}@example.com`,
    role: 'user',
    actor: 'user',
    deadline: Date.now() + 120_000,
    ...more,
  });
export const administrator = (more: Partial<Ctx> = {}): Ctx => person('root', { role: 'admin', scopes: ['*'], ...more });
export const tooling = (more: Partial<Ctx> = {}): Ctx =>
  newCtx({ tenant: 'default', actor: 'service:default', deadline: Date.now() + 120_000, ...more });

export const connect = async (infra: Infrastructure): Promise<Bus> =>
  new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'fatal')), 'test');

/** A small app with one function that saves and one that lists. */
export const irOf = (app_id: string, version = '1.0.0') => ({
  ir_version: '1.0',
  app: {
    id: app_id,
    version,
    title: 'Link Saver',
    description: 'Saves and lists links.',
    functions: [
      {
        name: 'save_link',
        description: 'Save a link.',
        action_type: 'write',
        params_schema: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
        impl: { kind: 'declarative', steps: [{ id: 's1', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}' } } }] },
      },
      {
        name: 'list_links',
        description: 'List the saved links.',
        action_type: 'read',
        params_schema: { type: 'object', properties: {} },
        impl: { kind: 'declarative', steps: [{ id: 's1', op: 'store.list', args: { kind: 'link' } }] },
      },
    ],
  },
});
