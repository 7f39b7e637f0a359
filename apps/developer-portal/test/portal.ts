import { type CreateApp, type DeployIr, portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { startService, asUser, asService } from '@skep/testkit';
import { start } from '../src/main.js';

/** Callers as the gateway authenticates them. */
export const administrator = (more: Partial<Ctx> = {}): Ctx => asUser('root', { role: 'admin', scopes: ['*'], ...more });
export const tooling = (more: Partial<Ctx> = {}): Ctx => asService('default', { tenant: 'default', ...more });

export const notFound = { body: { code: 'no_such_app', status: 404 } };

/** Fields of an app that passes the checks of a submission. */
export const linkSaver = { name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };

export type PortalHarness = Awaited<ReturnType<typeof openPortal>>;

/** @param beside services to run as processes */
export async function openPortal(beside: string[] = [], env: Record<string, string> = {}) {
  const harness = await startService('developer-portal', start, { beside, env });
  const create = (ctx: Ctx, input: Pick<CreateApp, 'app_id'> & Partial<CreateApp>) =>
    harness.call(portal.createApp, ctx, { category: 'general', icon: '', git_url: '', pricing_model: 'free', ...input });
  const deployIr = (ctx: Ctx, app_id: string, ir_dict: Record<string, unknown> = irOf(app_id), more: Partial<DeployIr> = {}) =>
    harness.call(portal.deployIr, ctx, { app_id, ir_dict, dev_mode: true, ...more });
  return {
    ...harness,
    create,
    deployIr,
    /** Registers these users as developers. */
    register: async (...developers: Ctx[]) => {
      for (const ctx of developers) {
        const nickname = `${ctx.user}-${ctx.tenant}`.replaceAll('imp_', '');
        await harness.call(portal.registerDeveloper, ctx, { nickname, tier: 'explorer' });
      }
    },
    /** Creates an app with a release, ready to be submitted. */
    ready: async (ctx: Ctx, app_id: string) => {
      await create(ctx, { app_id, ...linkSaver, icon: 'link' });
      await deployIr(ctx, app_id);
    },
    /** Sets the tier of one developer, or of all. */
    setTier: (tier: string, user?: string) =>
      harness.query('update developer set tier = $1 where developer_id = coalesce($2, developer_id)', [tier, user]),
    setStatus: (app_id: string, status: string) => harness.query('update app set status = $2 where app_id = $1', [app_id, status]),
  };
}

/** A small app with one function that saves and one that lists. */
export const irOf = (app_id: string, version = '1.0.0') => ({
  ir_version: '1.0',
  app: {
    id: app_id,
    version,
    title: 'Link Saver',
    description: 'Saves and lists links.',
    capabilities: ['store:write'],
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
