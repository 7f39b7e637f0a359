import { type AppApproved, portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import type { ServiceHarness } from './service-harness.js';
import { waitUntil } from './wait-until.js';

/** The event of an approval: a free app of `dev` without functions, unless it says otherwise. */
export const approvalOf = (app_id: string, more: Partial<AppApproved> = {}): AppApproved => ({
  ...{ app_id, developer_id: 'imp_u_dev', tenant_id: 'default', revision: 1, version: '1.0.0', name: app_id, short_description: 'An app.' },
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
  ...more,
});

/** Publishes an app at the registry that runs beside, approves it, and installs it for people. */
export async function releaseApp(
  harness: Pick<ServiceHarness, 'call' | 'publish'>,
  developer: Ctx,
  manifest: { app_id: string },
  people: readonly Ctx[],
): Promise<void> {
  const { app_id } = manifest;
  const version = '1.0.0';
  const content = { app_id, version, name: app_id, description: '', icon: '', functions: [], permissions: [] };
  const release = { ...content, developer_id: developer.user, manifest: { version, ...manifest } };
  const { revision } = await harness.call(registry.publishRelease, developer, release);
  const approval = { developer_id: developer.user, tenant_id: developer.tenant, revision };
  await harness.publish(portal.appApproved, approvalOf(app_id, approval));
  const install = (person: Ctx) => harness.call(registry.installApp, person, { app_id, revision });
  for (const person of people)
    await waitUntil('the approval', () =>
      install(person).then(
        () => true,
        () => false,
      ),
    );
}
