import { portal, type UpdateApp } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { administrator, openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const create: PortalHarness['create'] = (...app) => harness.create(...app);
const update = (ctx: Ctx, input: UpdateApp) => harness.call(portal.updateApp, ctx, input);
const get = (ctx: Ctx, app_id: string) => harness.call(portal.getApp, ctx, { app_id });
const notFound = { body: { code: 'no_such_app', status: 404, detail: 'App not found' } };
const ada = asUser('ada');
const bob = asUser('bob');
const elsewhere = asUser('ada', { tenant: 'imp_t_other' });

beforeAll(async () => {
  harness = await openPortal(['registry']);
  await harness.register(ada, bob);
  await create(ada, { app_id: 'older', display_name: 'Older', description: 'Long.' });
});
afterAll(() => harness?.close());

describe('changing an app', () => {
  it('updates the given fields and keeps the others', async () => {
    const before = await get(ada, 'older');
    const app = await update(ada, { app_id: 'older', display_name: 'Old', category: 'education' });
    expect(app).toMatchObject({ ...before, name: 'Old', display_name: 'Old', category: 'education', updated_at: expect.any(Date) });
    expect(app.updated_at.getTime()).toBeGreaterThan(before.updated_at!.getTime());
    expect(await get(ada, 'older')).toEqual(app);
  });

  it('refuses another manifest than that of the app, which a deploy changes, and accepts the same one', async () => {
    const { manifest_json } = await get(ada, 'older');
    expect(await update(ada, { app_id: 'older', category: 'education', manifest_json: manifest_json! })).toMatchObject({ manifest_json });
    await expect(update(ada, { app_id: 'older', category: 'productivity', manifest_json: { app_id: 'older' } })).rejects.toMatchObject({
      body: { code: 'invalid_input', status: 422, detail: [{ loc: ['manifest_json'], msg: expect.stringContaining('_sync_manifest') }] },
    });
    expect(await get(ada, 'older')).toMatchObject({ category: 'education', manifest_json });
  });

  it('keeps equal descriptions equal, and different ones different', async () => {
    expect(await update(ada, { app_id: 'older', short_description: 'Short.' })).toMatchObject({
      short_description: 'Short.',
      description: 'Short.',
    });
    expect(await update(ada, { app_id: 'older', short_description: 'Brief.', description: 'At length.' })).toMatchObject({
      description: 'At length.',
    });
    expect(await update(ada, { app_id: 'older', short_description: 'Terse.' })).toMatchObject({
      short_description: 'Terse.',
      description: 'At length.',
    });
  });

  it.each(['draft', 'suspended'])('accepts prices while it is %s', async (now) => {
    await harness.setStatus('older', now);
    const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save: now.length } } };
    expect(await update(ada, { app_id: 'older', ...pricing })).toMatchObject({ ...pricing, status: now });
    expect(await update(ada, { app_id: 'older', pricing_model: 'free' })).toMatchObject({ pricing_model: 'free', pricing_config: null });
  });

  it('refuses other prices while it is active, and says what to do', async () => {
    await harness.setStatus('older', 'active');
    await expect(
      update(ada, { app_id: 'older', name: 'X', pricing_model: 'per_action', pricing_config: { tool_prices: {} } }),
    ).rejects.toMatchObject({
      body: { code: 'conflict', status: 409, detail: expect.stringContaining('/v1/developer/apps/older/suspend') },
    });
    expect((await get(ada, 'older')).name).toBe('Old');
    expect(await update(ada, { app_id: 'older', pricing_model: 'free', category: 'news' })).toMatchObject({ category: 'news' });
    await harness.setStatus('older', 'draft');
  });

  it.each<[Partial<UpdateApp>, string[]]>([
    [{ name: '  ' }, ['name']],
    [{ pricing_model: 'free', pricing_config: { tool_prices: {} } }, ['pricing_config', 'tool_prices']],
    [{ category: 'c'.repeat(51) }, ['category']],
    [{ category: 'no-such-category' }, ['category']],
  ])('reports the faults of %j', async (input, loc) => {
    await expect(update(ada, { app_id: 'older', ...input })).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc }] } });
  });

  it('is refused to everyone but the app’s developer', async () => {
    for (const ctx of [bob, elsewhere, administrator(), tooling()])
      await expect(update(ctx, { app_id: 'older', name: 'Stolen' })).rejects.toMatchObject(notFound);
  });
});
