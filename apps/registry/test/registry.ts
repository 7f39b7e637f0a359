import { type AppApproved, portal } from '@skep/contracts/portal';
import { type PublishRelease, registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { approvalOf, type ServiceHarness, startService, asUser, waitUntil } from '@skep/testkit';
import { start } from '../src/main.js';

export interface RegistryHarness extends ServiceHarness {
  /** Creates an app of `dev`, approved and live. */
  live(app_id: string, content?: Partial<PublishRelease>, approved?: Partial<AppApproved>): Promise<string>;
  /** The revision that the caller runs, or the code of the problem. */
  runs(ctx: Ctx, app_id: string): Promise<number | string>;
}

export const dev = asUser('dev');

export async function openRegistry(beside: string[] = []): Promise<RegistryHarness> {
  const harness = await startService('registry', start, { beside });
  return {
    ...harness,
    live: async (app_id, content, approved) => {
      await harness.call(registry.publishRelease, dev, release(app_id, dev, content));
      await harness.publish(portal.appApproved, approval(app_id, dev, 1, approved));
      const isLive = () => harness.query('select 1 from app where app_id = $1 and live_revision = 1', [app_id]);
      await waitUntil(`the approval of ${app_id}`, async () => (await isLive())[0]);
      return app_id;
    },
    runs: (ctx, app_id) =>
      harness.call(registry.resolveCall, ctx, { app_id }).then(
        ({ revision }) => revision,
        (error: { body: { code: string } }) => error.body.code,
      ),
  };
}

export const release = (app_id: string, developer: Ctx, more: Partial<PublishRelease> = {}): PublishRelease => ({
  app_id,
  developer_id: developer.user,
  name: `App ${app_id}`,
  description: 'Keeps links.',
  icon: 'link.svg',
  version: '1.0.0',
  manifest: { app_id, version: '1.0.0' },
  functions: [
    { name: 'save_link', description: 'Save one link.', params_schema: { type: 'object', required: ['url'] }, action_type: 'write' },
  ],
  permissions: ['store:write'],
  ...more,
});

export const approval = (app_id: string, developer: Ctx, revision: number, more: Partial<AppApproved> = {}): AppApproved =>
  approvalOf(app_id, { developer_id: developer.user, tenant_id: developer.tenant, revision, category: 'productivity', ...more });
