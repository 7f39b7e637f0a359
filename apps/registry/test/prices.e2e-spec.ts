import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approval, dev, openRegistry, type RegistryHarness, release } from './registry.js';

let harness: RegistryHarness;
const ada = asUser('ada');
const prices = (tool_prices: Record<string, number>) => ({ pricing_model: 'per_action', pricing_config: { tool_prices } });
const terms = async (ctx = ada) => {
  const { revision, tool_prices, revenue_split } = await harness.call(registry.resolveCall, ctx, { app_id: 'priced' });
  return [revision, tool_prices, revenue_split];
};
const approve = (more: Parameters<typeof approval>[3], revision = 1) =>
  harness.publish(portal.appApproved, approval('priced', dev, revision, more));

beforeAll(async () => {
  harness = await openRegistry();
  await harness.call(registry.publishRelease, dev, release('priced', dev));
  await approve({ ...prices({ save: 5, list: 0 }), revenue_split: 85, approved_at: new Date(1_000) });
  await waitUntil('the install', () => harness.call(registry.installApp, ada, { app_id: 'priced', revision: 1 }));
  await waitUntil('the approval', terms);
});
afterAll(() => harness?.close());

it('a caller pays the approved prices; the app’s developer pays none', async () => {
  expect(await terms()).toEqual([1, { save: 5, list: 0 }, 85]);
  expect(await terms(dev)).toEqual([1, null, 85]);
});

it('a newer release changes no price until it is approved', async () => {
  await harness.call(registry.publishRelease, dev, release('priced', dev, { version: '2.0.0' }));
  expect(await terms()).toEqual([1, { save: 5, list: 0 }, 85]);
  await approve({ ...prices({ save: 7 }), revenue_split: 95, approved_at: new Date(3_000) }, 2);
  await waitUntil('the approval', async () => (await terms())[0] === 2);
  expect(await terms()).toEqual([2, { save: 7 }, 95]);
});

it('an older approval that arrives later changes no price; one without prices and split sets no price and 70 percent', async () => {
  await approve({ ...prices({ save: 99 }), revenue_split: 1, approved_at: new Date(2_000) });
  await approve({ approved_at: new Date(4_000) }, 2);
  await waitUntil('the approval', async () => (await terms())[2] === 70);
  expect(await terms()).toEqual([2, null, 70]);
});

it('a user of another tenant with the developer’s user id pays like any other user', async () => {
  await approve({ ...prices({ save: 3 }), approved_at: new Date(5_000) }, 2);
  const namesake = asUser('dev', { tenant: 'imp_t_other' });
  await harness.call(registry.installApp, namesake, { app_id: 'priced' });
  await waitUntil('the approval', async () => (await terms(namesake))[1]);
  expect(await terms(namesake)).toEqual([2, { save: 3 }, 70]);
});
