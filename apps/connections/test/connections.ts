import { connections } from '@skep/contracts/connections';
import { type AppApproved, portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asUser, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { start } from '../src/main.js';

export interface ConnectionsHarness extends ServiceHarness {
  /** Publishes an app of `dev` with this manifest, approved, and installs it for people. */
  release(app_id: string, manifest: object, ...people: Ctx[]): Promise<void>;
  /** Sets a secret of the app itself, as its developer. */
  setOfApp(app_id: string, name: string, value: string): Promise<void>;
}

export const dev = asUser('dev');
export const ada = asUser('ada');
export const bob = asUser('bob');
/** In another tenant. */
export const zoe = asUser('zoe', { tenant: 'other' });

/** The registry runs beside: it answers what apps declare. */
export async function openConnections(env: Record<string, string> = {}): Promise<ConnectionsHarness> {
  const harness = await startService('connections', start, { env, beside: ['registry'] });
  return {
    ...harness,
    release: async (app_id, manifest, ...people) => {
      const version = '1.0.0';
      const content = { app_id, version, name: app_id, description: '', icon: '', functions: [], permissions: [] };
      const { revision } = await harness.call(registry.publishRelease, dev, {
        ...content,
        developer_id: dev.user,
        manifest: { app_id, version, ...manifest },
      });
      await harness.publish(portal.appApproved, approval(app_id, revision));
      for (const person of people)
        await waitUntil('the approval', () =>
          harness.call(registry.installApp, person, { app_id, revision }).then(
            () => true,
            () => false,
          ),
        );
    },
    setOfApp: async (app_id, name, value) => void (await harness.call(connections.setSecret, dev, { app_id, name, value })),
  };
}

const approval = (app_id: string, revision: number): AppApproved => ({
  ...{ app_id, developer_id: dev.user, tenant_id: dev.tenant, revision, version: '1.0.0', name: app_id, short_description: 'An app.' },
  ...{
    category: 'general',
    icon: '',
    pricing_model: 'free',
    pricing_config: null,
    tags: [],
    system: false,
    functions: [],
    permissions: [],
  },
  approved_at: new Date(),
});
