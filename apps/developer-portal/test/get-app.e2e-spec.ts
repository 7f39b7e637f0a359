import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asUser, waitUntil } from '@skep/testkit';
import { beforeAll, expect, it } from '@jest/globals';
import { notFound } from './portal.js';
import { ada, reviewing } from './reviewing.js';

const { harness, ready, submit, approve, suspend, remove, appOf } = reviewing();
const bob = asUser('bob');
const install = (ctx: Ctx, app_id: string) => harness().call(registry.installApp, ctx, { app_id, revision: 1 });
const PRIVATE_FIELDS = ['git_url', 'reject_reason', 'reject_codes', 'revenue_split_dev', 'revision', 'manifest_json', 'submitted_at'];

beforeAll(async () => {
  await ready('links');
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: 3 } } };
  await harness().call(portal.updateApp, ada, { app_id: 'links', git_url: 'https://git.example/secret', ...pricing });
  await submit('links');
  await approve('links');
});

it('returns the public fields of an installed app, with its tools and approved prices', async () => {
  await expect(appOf('links', bob)).rejects.toMatchObject(notFound);
  await install(bob, 'links');
  await waitUntil('the approval at the registry', () => appOf('links', bob).catch(() => undefined));
  const seen = await appOf('links', bob);
  expect(seen).toMatchObject({
    ...{
      app_id: 'links',
      developer_id: 'imp_u_ada',
      name: 'Link Saver',
      display_name: 'Link Saver',
      category: 'productivity',
      status: 'active',
    },
    ...{
      pricing_model: 'per_action',
      pricing_config: { tool_prices: { save_link: 3 } },
      permissions: [{ id: 'store:read' }, { id: 'store:write' }],
    },
  });
  expect(seen.tools_json.map(({ name, action_type }) => [name, action_type])).toEqual([
    ['save_link', 'write'],
    ['list_links', 'read'],
  ]);
  for (const field of PRIVATE_FIELDS) expect(seen).not.toHaveProperty(field);
  expect(JSON.stringify(seen)).not.toContain('secret');
});

it('returns a built-in extension to every user', async () => {
  const seen = await appOf('billing', bob);
  expect(seen).toMatchObject({
    app_id: 'billing',
    developer_id: '',
    name: 'Billing',
    status: 'active',
    pricing_model: 'free',
    pricing_config: null,
  });
  expect(seen.tools_json.map(({ name }) => name)).toContain('get_balance');
});

it('is not found by users who have not installed it, nor by users with the same id in another tenant', async () => {
  for (const ctx of [asUser('cara'), asUser('bob', { tenant: 'imp_t_other' }), asUser('ada', { tenant: 'imp_t_other' })])
    await expect(appOf('links', ctx)).rejects.toMatchObject(notFound);
});

it('returns all fields to its developer, who need not have installed it', async () => {
  for (const field of PRIVATE_FIELDS) expect(await appOf('links')).toHaveProperty(field);
});

it('still returns the public fields of a deleted app to users who have it', async () => {
  await suspend('links');
  await remove('links');
  expect(await appOf('links', bob)).toMatchObject({ status: 'active', pricing_config: { tool_prices: { save_link: 3 } } });
  await expect(appOf('links')).rejects.toMatchObject(notFound);
});
