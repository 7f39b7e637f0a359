import { portal, registry } from '@skep/contracts';
import { person, until } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approval, dev, openRegistry, type RegistryDoor, release } from './registry.js';

let door: RegistryDoor;
const ada = person('ada');
const prices = (tool_prices: Record<string, number>) => ({ pricing_model: 'per_action', pricing_config: { tool_prices } });
const terms = async (ctx = ada) => {
  const { revision, tool_prices, revenue_split } = await door.call(registry.resolveCall, ctx, { app_id: 'priced' });
  return [revision, tool_prices, revenue_split];
};
const approve = (more: Parameters<typeof approval>[3], revision = 1) =>
  door.tell(portal.appApproved, approval('priced', dev, revision, more));

beforeAll(async () => {
  door = await openRegistry();
  await door.call(registry.publishRelease, dev, release('priced', dev));
  await approve({ ...prices({ save: 5, list: 0 }), revenue_split: 85, approved_at: new Date(1_000) });
  await until('the install', () => door.call(registry.install, ada, { app_id: 'priced', revision: 1 }));
  await until('the approval', terms);
});
afterAll(() => door?.close());

it('a caller runs an app at the prices that were approved with it; its own developer at none', async () => {
  expect(await terms()).toEqual([1, { save: 5 }, 85]);
  expect(await terms(dev)).toEqual([1, null, 85]);
});

it('a newer release changes no price until it is approved', async () => {
  await door.call(registry.publishRelease, dev, release('priced', dev, { version: '2.0.0' }));
  expect(await terms()).toEqual([1, { save: 5 }, 85]);
  await approve({ ...prices({ save: 7 }), revenue_split: 95, approved_at: new Date(3_000) }, 2);
  await until('the approval', async () => (await terms())[0] === 2);
  expect(await terms()).toEqual([2, { save: 7 }, 95]);
});

it('an older approval that is heard later changes no price, and one without a price or a split has none and 70 percent', async () => {
  await approve({ ...prices({ save: 99 }), revenue_split: 1, approved_at: new Date(2_000) });
  await approve({ approved_at: new Date(4_000) }, 2);
  await until('the approval', async () => (await terms())[2] === 70);
  expect(await terms()).toEqual([2, null, 70]);
});

it('somebody of another tenant with the developer’s id is charged like everybody', async () => {
  await approve({ ...prices({ save: 3 }), approved_at: new Date(5_000) }, 2);
  const namesake = person('dev', { tenant: 'imp_t_other' });
  await door.call(registry.install, namesake, { app_id: 'priced' });
  await until('the approval', async () => (await terms(namesake))[1]);
  expect(await terms(namesake)).toEqual([2, { save: 3 }, 70]);
});
