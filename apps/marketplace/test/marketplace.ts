import { type BrowseApps, marketplace } from '@skep/contracts/marketplace';
import { type AppApproved, portal } from '@skep/contracts/portal';
import { approvalOf, type ServiceHarness, asAnonymous, startService, waitUntil } from '@skep/testkit';
import { start } from '../src/main.js';

export interface MarketplaceHarness extends ServiceHarness {
  /** Publishes approvals, and waits until the marketplace has consumed them. */
  approve(...apps: AppApproved[]): Promise<void>;
  /** Runs `work`, and waits until the marketplace has consumed this many events more. */
  consuming(events: number, work: () => Promise<unknown>): Promise<void>;
  /** The ids of a page, and the total. */
  ids(query: Partial<BrowseApps>): Promise<{ ids: string[]; total: number | undefined }>;
}

export async function openMarketplace(env: Record<string, string> = {}): Promise<MarketplaceHarness> {
  const harness = await startService('marketplace', start, { env });
  const consumed = async () => Number((await harness.query('select count(*) as n from inbox'))[0]?.['n']);
  const consuming: MarketplaceHarness['consuming'] = async (events, work) => {
    const before = await consumed();
    await work();
    await waitUntil(`${events} events`, async () => (await consumed()) >= before + events);
  };
  return {
    ...harness,
    consuming,
    approve: (...apps) => consuming(apps.length, () => Promise.all(apps.map((app) => harness.publish(portal.appApproved, app)))),
    ids: async (query) => {
      const { rows, total } = await harness.call(marketplace.browseApps, asAnonymous(), query as BrowseApps);
      return { ids: rows.map(({ app_id }) => app_id), total };
    },
  };
}

/** An approval whose app has an icon and a permission. */
export const approval = (app_id: string, more: Partial<AppApproved> = {}): AppApproved =>
  approvalOf(app_id, { name: `App ${app_id}`, icon: 'https://icons.example/app.svg', permissions: ['store:write'], ...more });
