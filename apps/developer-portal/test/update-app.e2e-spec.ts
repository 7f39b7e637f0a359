import { type CreateApp, portal, type UpdateApp } from '@skep/contracts';
import type { Bus, Ctx, Running } from '@skep/platform';
import { type Infrastructure, infrastructure } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { administrator, connect, person, tooling } from './portal.js';

let infra: Infrastructure;
let service: Running;
let bus: Bus;
const defaults = { category: 'general', icon: '', git_url: '', pricing_model: 'free' };
const create = (ctx: Ctx, input: Pick<CreateApp, 'app_id'> & Partial<CreateApp>) =>
  bus.call(portal.createApp, ctx, { ...defaults, ...input });
const update = (ctx: Ctx, input: UpdateApp) => bus.call(portal.updateApp, ctx, input);
const get = (ctx: Ctx, app_id: string) => bus.call(portal.getApp, ctx, { app_id });
const status = (app_id: string, to: string) =>
  infra.query('developer-portal', 'update app set status = $2 where app_id = $1', [app_id, to]);
const notFound = { body: { code: 'no_such_app', status: 404, detail: 'App not found' } };
const ada = person('ada');
const bob = person('bob');
const elsewhere = person('ada', { tenant: 'imp_t_other' });

beforeAll(async () => {
  infra = await infrastructure();
  service = await start(await infra.env('developer-portal'));
  bus = await connect(infra);
  const developers: [Ctx, string][] = [
    [ada, 'ada'],
    [bob, 'bob'],
    [elsewhere, 'ada-elsewhere'],
  ];
  for (const [ctx, nickname] of developers) await bus.call(portal.registerDeveloper, ctx, { nickname, tier: 'explorer' });
  await create(ada, { app_id: 'older', display_name: 'Older', description: 'Long.' });
});
afterAll(async () => {
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

describe('changing an app', () => {
  it('changes what is given and leaves the rest', async () => {
    const before = await get(ada, 'older');
    const app = await update(ada, { app_id: 'older', display_name: 'Old', category: 'history' });
    expect(app).toMatchObject({ ...before, name: 'Old', display_name: 'Old', category: 'history', updated_at: expect.any(Date) });
    expect(app.updated_at.getTime()).toBeGreaterThan(before.updated_at.getTime());
    expect(await get(ada, 'older')).toEqual(app);
  });

  it('keeps one description one, and two descriptions two', async () => {
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

  it.each(['draft', 'suspended'])('takes prices while it is %s', async (now) => {
    await status('older', now);
    const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save: now.length } } };
    expect(await update(ada, { app_id: 'older', ...pricing })).toMatchObject({ ...pricing, status: now });
    expect(await update(ada, { app_id: 'older', pricing_model: 'free' })).toMatchObject({ pricing_model: 'free', pricing_config: null });
  });

  it.each(['active', 'pending_review'])('takes no other prices while it is %s', async (now) => {
    await status('older', now);
    await expect(
      update(ada, { app_id: 'older', name: 'X', pricing_model: 'per_action', pricing_config: { tool_prices: {} } }),
    ).rejects.toMatchObject({
      body: { code: 'conflict', status: 409 },
    });
    expect((await get(ada, 'older')).name).toBe('Old');
    expect(await update(ada, { app_id: 'older', pricing_model: 'free', category: now })).toMatchObject({ category: now });
    await status('older', 'draft');
  });

  it.each<[Partial<UpdateApp>, string[]]>([
    [{ name: '  ' }, ['name']],
    [{ pricing_model: 'free', pricing_config: { tool_prices: {} } }, ['pricing_config', 'tool_prices']],
    [{ category: 'c'.repeat(51) }, ['category']],
  ])('names what is wrong in %j', async (input, loc) => {
    await expect(update(ada, { app_id: 'older', ...input })).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc }] } });
  });

  it('is its developer’s alone', async () => {
    for (const ctx of [bob, elsewhere, administrator(), tooling()])
      await expect(update(ctx, { app_id: 'older', name: 'Stolen' })).rejects.toMatchObject(notFound);
  });
});
