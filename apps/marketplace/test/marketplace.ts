import { type AppApproved, type BrowseApps, marketplace, portal } from '@skep/contracts';
import { type ServiceHarness, nobody, startService, waitUntil } from '@skep/testkit';
import { start } from '../src/main.js';

export interface MarketplaceHarness extends ServiceHarness {
  /** Tells of approved apps, and waits until the marketplace has heard. */
  approve(...apps: AppApproved[]): Promise<void>;
  /** Waits until the marketplace has taken this many events more than now, once `work` is done. */
  taking(events: number, work: () => Promise<unknown>): Promise<void>;
  /** The ids of a page, and how many there are in all. */
  ids(query: Partial<BrowseApps>): Promise<{ ids: string[]; total: number }>;
}

export async function openMarketplace(env: Record<string, string> = {}): Promise<MarketplaceHarness> {
  const harness = await startService('marketplace', start, { env });
  const taken = async () => Number((await harness.query('select count(*) as n from inbox'))[0]?.['n']);
  const taking: MarketplaceHarness['taking'] = async (events, work) => {
    const before = await taken();
    await work();
    await waitUntil(`${events} events`, async () => (await taken()) >= before + events);
  };
  return {
    ...harness,
    taking,
    approve: (...apps) => taking(apps.length, () => Promise.all(apps.map((app) => harness.publish(portal.appApproved, app)))),
    ids: async (query) => {
      const { rows, total } = await harness.call(marketplace.browseApps, nobody(), query as BrowseApps);
      return { ids: rows.map(({ app_id }) => app_id), total };
    },
  };
}

export const approval = (app_id: string, more: Partial<AppApproved> = {}): AppApproved => ({
  app_id,
  developer_id: 'imp_u_dev',
  tenant_id: 'default',
  revision: 1,
  version: '1.0.0',
  name: `App ${app_id}`,
  short_description: 'An app.',
  category: 'general',
  icon: 'https://icons.example/app.svg',
  pricing_model: 'free',
  pricing_config: null,
  tags: [],
  system: false,
  functions: [],
  permissions: ['store:write'],
  approved_at: new Date(),
  ...more,
});
