import { auth } from '@skep/contracts/auth';
import { type BrowseApps, marketplace } from '@skep/contracts/marketplace';
import { portal } from '@skep/contracts/portal';
import { asAnonymous } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
const website = 'https://dev.example';

beforeAll(async () => {
  harness = await openMarketplace();
  await harness.approve(approval('hers'), approval('theirs', { developer_id: 'imp_u_other' }));
});
afterAll(() => harness?.close());

const change = (site: string | null, minute: number, developer_id = 'imp_u_dev') =>
  harness.consuming(1, () =>
    harness.publish(portal.publisherChanged, {
      ...{ developer_id, tenant_id: 'default', website: site, changed_at: new Date(Date.UTC(2026, 0, 1, 0, minute)) },
    }),
  );
const marks = async () => {
  const queries: object[] = [{}, { search: 'app' }, { sort: 'name' }];
  const pages = queries.map((query) => harness.call(marketplace.browseApps, asAnonymous(), query as BrowseApps));
  const found = (await Promise.all(pages)).flatMap(({ rows }) => rows.map(({ app_id, is_verified }) => `${app_id} ${is_verified}`));
  return [...new Set(found)].sort();
};
const page = (developer_id: string) => harness.call(marketplace.getDeveloperPage, asAnonymous(), { developer_id });
const listing = (app_id: string) => harness.call(marketplace.getListing, asAnonymous(), { app_id });

it('the apps of a developer who has proven a website are marked, in lists, searches, details and on their page', async () => {
  expect(await marks()).toEqual(['hers false', 'theirs false']);
  await change(website, 1);
  expect(await marks()).toEqual(['hers true', 'theirs false']);
  expect(await listing('hers')).toMatchObject({ is_verified: true, publisher_website: website });
  expect(await listing('theirs')).toMatchObject({ is_verified: false, publisher_website: null });
  expect(await page('imp_u_dev')).toMatchObject({ is_verified: true, website, apps: [{ is_verified: true }] });
  expect(await page('imp_u_other')).toMatchObject({ is_verified: false, website: null });
});

it('the mark is lost with the website, and an older event does not bring it back', async () => {
  await change(null, 3);
  await change(website, 2);
  expect(await marks()).toEqual(['hers false', 'theirs false']);
  expect(await page('imp_u_dev')).toMatchObject({ is_verified: false, website: null });
});

it('the website of a developer who is erased is deleted', async () => {
  await change(website, 4, 'imp_u_gone');
  await harness.consuming(1, () => harness.publish(auth.userErased, { user_id: 'imp_u_gone', tenant_id: 'default' }));
  expect(await harness.query(`select from publisher where developer_id = 'imp_u_gone'`)).toEqual([]);
});
