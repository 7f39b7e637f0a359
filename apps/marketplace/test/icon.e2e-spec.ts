import { auth } from '@skep/contracts/auth';
import { marketplace } from '@skep/contracts/marketplace';
import { portal } from '@skep/contracts/portal';
import { HOSTILE_ICONS, asAnonymous, problemOf, svgIcon } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
const icon_svg = svgIcon();
const iconOf = (app_id: string) => harness.call(marketplace.getIcon, asAnonymous(), { app_id });
const problem = async (app_id: string) => (await problemOf(iconOf(app_id))).body.code;
const urlOf = async (app_id: string) => (await harness.call(marketplace.getListing, asAnonymous(), { app_id })).icon_url;
const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1_000);

beforeAll(async () => (harness = await openMarketplace({ SKEP_PUBLIC_URL: 'https://skep.example/' })));
afterAll(() => harness?.close());

describe('an uploaded icon', () => {
  it('is served as approved, and listings contain its URL', async () => {
    await harness.approve(approval('links', { icon: 'link', icon_svg }));
    expect(await iconOf('links')).toBe(icon_svg);
    expect(await urlOf('links')).toBe('https://skep.example/v1/marketplace/apps/links/icon');
    const { rows } = await harness.call(marketplace.browseApps, asAnonymous(), {
      search: 'links',
      category: '',
      sort: 'name',
      limit: 9,
      offset: 0,
    });
    expect(rows.map(({ icon_url }) => icon_url)).toEqual(['https://skep.example/v1/marketplace/apps/links/icon']);
  });

  it('is replaced or removed by the next approval', async () => {
    const icons = [icon_svg, svgIcon('<circle r="2"/>')];
    for (const [n, svg] of icons.entries()) {
      await harness.approve(approval('moods', { icon_svg: svg, approved_at: at(n) }));
      expect(await iconOf('moods')).toBe(svg);
    }
    await harness.approve(approval('moods', { icon_svg, approved_at: at(0) }));
    expect(await iconOf('moods')).toBe(icons[1]);
    await harness.approve(approval('moods', { icon: 'mood', icon_svg: null, approved_at: at(5) }));
    expect([await problem('moods'), await urlOf('moods')]).toEqual(['icon_not_found', 'mood']);
  });

  it('is not served for an app that is delisted, or whose developer is erased', async () => {
    const app = (app_id: string) => approval(app_id, { icon_svg, developer_id: 'imp_u_gone', approved_at: at(1) });
    await harness.approve(app('suspended'), app('erased'), { ...app('built-in'), system: true });
    expect(await problem('built-in')).toBe('app_not_found');
    const delisted = { app_id: 'suspended', developer_id: 'imp_u_gone', tenant_id: 'default', delisted_at: at(2) };
    await harness.consuming(1, () => harness.publish(portal.appDelisted, delisted));
    expect([await problem('suspended'), await iconOf('erased')]).toEqual(['app_not_found', icon_svg]);
    await harness.consuming(1, () => harness.publish(auth.userErased, { user_id: 'imp_u_gone', tenant_id: 'default' }));
    expect(await problem('erased')).toBe('app_not_found');
    expect(await harness.query('select from listing where developer_id = $1', ['imp_u_gone'])).toEqual([]);
  });

  it.each(HOSTILE_ICONS)('with %s is dropped, although it was approved', async (_, hostile) => {
    await harness.approve(approval('hostile', { icon: 'skull', icon_svg: hostile }));
    expect([await problem('hostile'), await urlOf('hostile')]).toEqual(['icon_not_found', 'skull']);
  });
});

it('the icon of an app that does not exist is not found', async () => {
  expect(await problem('no-such-app')).toBe('app_not_found');
});
