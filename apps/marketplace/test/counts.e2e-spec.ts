import { type CallFinished, kernel } from '@skep/contracts/kernel';
import { marketplace } from '@skep/contracts/marketplace';
import { registry } from '@skep/contracts/registry';
import { asAnonymous } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
const get = (app_id: string) => harness.call(marketplace.getListing, asAnonymous(), { app_id });

const installs = (app_id: string, install_count: number, sequence: number) =>
  harness.publish(registry.installChanged, {
    app_id,
    user_id: 'imp_u_ada',
    tenant_id: 'default',
    installed: true,
    install_count,
    sequence,
  });
const call = (app_id: string, status = 'success'): CallFinished => ({
  action_id: 'act_1',
  trace_id: 't',
  user_id: 'imp_u_ada',
  tenant_id: 'default',
  app_id,
  function: 'f',
  action_type: 'read',
  status,
  duration_ms: 1,
  tokens_used: 0,
});
const finished = (...calls: CallFinished[]) => harness.publish(kernel.callsFinished, { tenant_id: 'default', calls });

beforeAll(async () => {
  harness = await openMarketplace();
  await harness.approve(...['app-30', 'app-40', 'app-41', 'app-50', 'app-51'].map((id) => approval(id)));
});
afterAll(() => harness?.close());

describe('the counts of an app', () => {
  it('contain the newest number of installs, in any order of the events, also if one arrives twice', async () => {
    for (const [count, sequence] of [
      [2, 2],
      [1, 3],
      [1, 1],
      [2, 2],
      [1, 3],
    ] as const)
      await harness.consuming(1, () => installs('app-30', count, sequence));
    expect(await get('app-30')).toMatchObject({ install_count: 1 });
  });

  it('can arrive before the listing', async () => {
    await harness.consuming(2, async () => {
      await installs('late', 7, 7);
      await harness.publish(kernel.callFinished, call('late'));
    });
    await expect(get('late')).rejects.toMatchObject({ body: { code: 'app_not_found' } });
    await harness.approve(approval('late'));
    expect(await get('late')).toMatchObject({ install_count: 7 });
  });

  it('sort by installs and by actions; a failed call counts as an action', async () => {
    await harness.consuming(4, async () => {
      await installs('app-40', 90, 1);
      await installs('app-41', 80, 1);
      await finished(...Array.from({ length: 5 }, (_, i) => call(i % 2 ? 'app-50' : 'app-51')));
      await finished(call('app-50', 'error'), call('app-50', 'error'), call('app-51', 'error'));
    });
    await harness.consuming(1, () => finished(call('app-51')));
    expect((await harness.ids({ sort: 'installs', limit: 2 })).ids).toEqual(['app-40', 'app-41']);
    expect((await harness.ids({ sort: 'actions', limit: 2 })).ids).toEqual(['app-51', 'app-50']);
    expect((await harness.ids({ limit: 1 })).ids).toEqual(['app-51']);
    expect(await harness.query(`select app_id, action_count::int from popularity where app_id in ('app-50', 'app-51') order by 1`)).toEqual(
      [
        { app_id: 'app-50', action_count: 4 },
        { app_id: 'app-51', action_count: 5 },
      ],
    );
  });

  it('leave out built-in extensions', async () => {
    await harness.consuming(1, () => finished(call('developer')));
    expect(await harness.query(`select * from popularity where app_id = 'developer'`)).toEqual([]);
  });
});
