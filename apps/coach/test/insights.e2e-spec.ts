import { coach } from '@skep/contracts/coach';
import type { Ctx } from '@skep/platform';
import { asUser, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, ben, daysAgo, type HealthWorld, openHealth } from './health-world.js';

let world: HealthWorld;

beforeAll(async () => void (world = await openHealth({ withModel: true })));
afterAll(() => world?.close());
beforeEach(() => {
  world.vendors.usual = () => ({ body: [] });
  world.model.asked = [];
  world.model.mood = 'answer';
  delete world.model.calls;
});

const insights = (who: Ctx, provider = 'strava', lang = 'en') =>
  world.call(coach.getInsights, { ...who, deadline: Date.now() + 30_000 }, { provider, lang });
const arrived = (who: Ctx, status: string) =>
  waitUntil(status, async () => {
    const found = await insights(who);
    return found.status === status ? found : undefined;
  });
const run = (id: number, km: number) => ({
  id,
  sport_type: 'Run',
  moving_time: km * 300,
  distance: km * 1_000,
  start_date: daysAgo(id).toISOString(),
});

describe('insights', () => {
  it('need a provider that we know and that is connected', async () => {
    expect(await codeOf(insights(ada, 'abacus'))).toBe('health_provider_not_found');
    expect(await codeOf(insights(ada))).toBe('health_not_connected');
    expect(await codeOf(insights(ada, 'strava', 'not a language'))).toBe('invalid_input');
  });

  it('are pending until something has arrived, and then what the rows say; for their person', async () => {
    let open = false;
    world.vendors.usual = () => (open ? { body: [run(1, 10), run(3, 5)] } : { status: 429, headers: { 'retry-after': '1' }, body: {} });
    await world.connect(ada, 'strava');
    expect(await insights(ada)).toEqual({ provider: 'strava', status: 'pending', window_days: 90, lang: 'en', insights: [] });
    open = true;
    const { insights: found } = await arrived(ada, 'ready');
    expect(found.map(({ id, value }) => [id, value])).toEqual([
      ['weekly_distance', 15],
      ['longest', 10],
      ['typical_pace', 300],
      ['consistency', 1],
    ]);
    expect(await codeOf(insights(ben))).toBe('health_not_connected');
  });

  it('are worded once by a model, if its numbers are ours', async () => {
    const texts = (await insights(ada)).insights.map(({ id, title }) => ({ id, title: `Sí: ${title}`, body: 'Bien.' }));
    world.model.calls = { name: 'insight_texts', args: { texts } };
    const spanish = await insights(ada, 'strava', 'es');
    expect([spanish.lang, spanish.insights[0]!.title]).toEqual(['es', 'Sí: 15 km in a typical week']);
    const asked = world.model.asked.length;
    expect(await insights(ada, 'strava', 'es')).toEqual(spanish);
    expect(world.model.asked.length).toBe(asked);
    world.model.calls = { name: 'insight_texts', args: { texts: texts.map((text) => ({ ...text, title: '99 km a week' })) } };
    expect(await insights(ada, 'strava', 'fr')).toMatchObject({ lang: 'en', insights: [{ title: '15 km in a typical week' }, {}, {}, {}] });
  });

  it('are there in our words if the model is not', async () => {
    world.model.mood = 500;
    expect(await insights(ada, 'strava', 'de')).toMatchObject({
      status: 'ready',
      lang: 'en',
      insights: [{ id: 'weekly_distance' }, {}, {}, {}],
    });
  });

  it('say so if there is nothing, or if the provider gave nothing', async () => {
    const [none, failed] = [asUser('none'), asUser('failed')];
    await world.connect(none, 'strava');
    expect((await arrived(none, 'ready')).insights).toMatchObject([{ id: 'no_data' }]);
    world.vendors.usual = () => ({ status: 403, body: {} });
    await world.connect(failed, 'strava');
    expect((await arrived(failed, 'failed')).insights).toEqual([]);
  });
});
