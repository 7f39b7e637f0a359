import { coach } from '@skep/contracts/coach';
import { connections } from '@skep/contracts/connections';
import { asUser, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, ben, daysAgo, dayOf, type HealthWorld, openHealth } from './health-world.js';

const [cleo, dora] = [asUser('cleo'), asUser('dora')];
let world: HealthWorld;

beforeAll(async () => void (world = await openHealth()));
afterAll(() => world?.close());
beforeEach(() => {
  world.vendors.next = [];
  world.vendors.asked = [];
});

const run = (id: number, days: number, more: object = {}) => ({
  ...{ id, name: `Run ${id}`, sport_type: 'Run', distance: 8000, moving_time: 2700, elapsed_time: 2800, total_elevation_gain: 60 },
  ...{ average_heartrate: 142, start_date: daysAgo(days).toISOString(), start_date_local: daysAgo(days).toISOString(), ...more },
});
/** Strava with these activities, `perPage` at a time, newest first. */
const stravaWith =
  (all: { start_date: string }[], perPage = 200) =>
  (asked: { path: string; query: URLSearchParams }) => {
    const before = Number(asked.query.get('before')) * 1_000;
    const rows = all.filter(({ start_date }) => Date.parse(start_date) < before).toSorted((a, b) => (a.start_date < b.start_date ? 1 : -1));
    return { body: rows.slice(0, perPage) };
  };
const filled = (user: string, provider: string, state = 'filled') =>
  waitUntil(
    `${provider} to be ${state}`,
    async () => {
      const [row] = await world.query('select state from health_source where user_id = $1 and provider = $2', [user, provider]);
      return row?.['state'] === state;
    },
    20_000,
  );
const listed = async (who = ada) => (await world.call(coach.listActivities, who, { limit: 200 })).items;

describe('a provider that is connected', () => {
  it('is read page by page, and each activity is there once', async () => {
    const all = Array.from({ length: 25 }, (_, n) => run(1000 + n, n + 1));
    world.vendors.usual = stravaWith(all, 7);
    await world.connect(ada, 'strava');
    await filled(ada.user, 'strava');
    expect((await listed()).map(({ vendor_id }) => Number(vendor_id))).toEqual(all.map(({ id }) => id));
    expect(world.vendors.asked.length).toBeGreaterThan(3);
    expect(world.connections.noted.at(-1)).toEqual({ user: ada.user, provider: 'strava', error: undefined });
    expect(await listed(ben)).toEqual([]);
  });

  it('has what it says now, when it is connected again', async () => {
    world.vendors.usual = stravaWith([run(1000, 1, { name: 'Renamed\u0000 ', distance: 1e30, moving_time: 'abc' })]);
    await world.connect(ada, 'strava');
    await waitUntil('the new name', async () => (await listed())[0]?.name === 'Renamed');
    expect((await listed())[0]).toMatchObject({ distance_m: null, duration_s: 2800, pace_s_per_km: null });
    expect(await listed()).toHaveLength(25);
  });
});

describe('an activity', () => {
  it('is found by our id, by that of the provider, and with the provider; by its person only', async () => {
    world.vendors.usual = stravaWith([run(5_000, 4)]);
    await world.connect(dora, 'strava');
    await filled(dora.user, 'strava');
    const { id, vendor_id } = (await listed(dora))[0]!;
    for (const activity_id of [id, vendor_id, `strava:${vendor_id}`]) {
      expect(await world.call(coach.getActivity, dora, { activity_id })).toMatchObject({ id, vendor_id, provider: 'strava' });
      expect(await codeOf(world.call(coach.getActivity, ben, { activity_id }))).toBe('activity_not_found');
    }
    expect(await codeOf(world.call(coach.getActivity, dora, { activity_id: 'garmin:5000' }))).toBe('activity_not_found');
  });

  it('has parts that the provider adds, or a problem if that fails; the rest is there without it', async () => {
    world.vendors.next = [() => ({ body: [{ lap: 1 }] }), () => ({ status: 500, body: {} })];
    const detail = await world.call(coach.getActivity, ada, { activity_id: 'strava:1001', include: 'laps' });
    expect(detail.laps).toEqual([{ lap: 1 }]);
    expect(await codeOf(world.call(coach.getActivity, ada, { activity_id: 'strava:1001', include: 'streams' }))).toBe('provider_failed');
    expect(await world.call(coach.getActivity, ada, { activity_id: 'strava:1001' })).toMatchObject({ vendor_id: '1001' });
    expect(await codeOf(world.call(coach.getActivity, ada, { activity_id: 'strava:1001', include: 'photos' }))).toBe('invalid_input');
  });

  it('is listed by sport and day, in pages', async () => {
    const first = await world.call(coach.listActivities, ada, { limit: 10 });
    const second = await world.call(coach.listActivities, ada, { limit: 200, cursor: first.next_cursor! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual((await listed()).map(({ id }) => id));
    expect((await world.call(coach.listActivities, ada, { limit: 10, sport: 'swim' })).items).toEqual([]);
    const to = dayOf(daysAgo(20));
    const before = await world.call(coach.listActivities, ada, { limit: 200, to });
    expect(before.items.every(({ day }) => String(day) <= to)).toBe(true);
    expect(before.items.length).toBeGreaterThan(3);
    expect(await codeOf(world.call(coach.listActivities, ada, { limit: 10, from: '2026-02-01', to: '2026-01-01' }))).toBe('invalid_input');
  });

  it('that two providers have is listed once', async () => {
    const start = daysAgo(3, 30_000);
    world.vendors.usual = ({ path }) => ({
      body: path.endsWith('/workout')
        ? {
            records: [
              {
                id: 'w1',
                start: start.toISOString(),
                end: new Date(start.getTime() + 2_750_000).toISOString(),
                sport_name: 'running',
                score: {},
              },
            ],
          }
        : { records: [] },
    });
    await world.connect(ada, 'whoop');
    await filled(ada.user, 'whoop');
    const other = await world.call(coach.getActivity, ada, { activity_id: 'whoop:w1' });
    const shown = await listed();
    expect(shown.filter(({ provider }) => provider === 'whoop')).toEqual([]);
    expect(shown.find(({ id }) => id === other.duplicate_of)).toMatchObject({ provider: 'strava', vendor_id: '1002' });
  });
});

describe('a provider that misbehaves', () => {
  it('gets a new token once, after it has refused one', async () => {
    world.vendors.stale.add(`token-${ben.user}`);
    world.vendors.usual = stravaWith([run(7, 2)]);
    await world.connect(ben, 'strava');
    await filled(ben.user, 'strava');
    expect(await listed(ben)).toHaveLength(1);
    expect(world.connections.renewed).toBe(1);
  });

  it('is asked again after a limit, a failure, a truncated page and a broken connection', async () => {
    world.vendors.usual = stravaWith([run(8, 2), run(9, 3)]);
    world.vendors.next = [
      () => ({ status: 429, headers: { 'retry-after': '1' }, body: {} }),
      () => ({ status: 503, headers: { 'retry-after': '0' }, body: {} }),
      () => ({ headers: { 'content-type': 'application/json' }, body: '[{"id": 8, "na' }),
    ];
    await world.connect(ben, 'strava');
    await waitUntil('the new ones', async () => (await listed(ben)).length === 3, 20_000);
  });

  it('has failed if it goes on, or refuses the new token too; what it gave before stays', async () => {
    world.vendors.usual = () => ({ status: 401, body: {} });
    await world.connect(ben, 'strava');
    await filled(ben.user, 'strava', 'failed');
    await waitUntil('the note', () => world.connections.noted.at(-1)?.error === 'reconnect');
    expect(await listed(ben)).toHaveLength(3);
  });

  it('has no end if it repeats itself, but we have', async () => {
    world.vendors.usual = () => ({ body: [run(20, 2), run(21, 3), run(20, 2)] });
    await world.connect(ben, 'strava');
    await filled(ben.user, 'strava');
    expect(await listed(ben)).toHaveLength(5);
    expect(world.vendors.asked.length).toBeLessThan(4);
  });
});

describe('what a provider sends by itself', () => {
  const at = daysAgo(5);
  const terra = (more: object) => ({
    type: 'activity',
    data: [
      {
        metadata: {
          summary_id: 't1',
          start_time: at.toISOString(),
          end_time: new Date(at.getTime() + 1_800_000).toISOString(),
          type: 8,
          ...more,
        },
      },
    ],
  });
  const named = async (vendor_id: string) => (await listed(cleo)).find((row) => row.vendor_id === vendor_id);

  it('is there once, however often it comes, as it was said last', async () => {
    await world.connect(cleo, 'terra-fitbit');
    for (let n = 0; n < 3; n++) await world.receive(cleo, 'terra-fitbit', terra({ name: 'Once' }));
    await waitUntil('it', () => named('t1'));
    await world.receive(cleo, 'terra-fitbit', terra({ name: 'Changed' }));
    await waitUntil('the change', async () => (await named('t1'))?.name === 'Changed');
    expect(await listed(cleo)).toMatchObject([{ provider: 'terra-fitbit', sport: 'run', duration_s: 1800 }]);
    expect((await listed(ben)).some(({ vendor_id }) => vendor_id === 't1')).toBe(false);
  });

  it('stays as it was said last when what was said before comes late', async () => {
    const [earlier, later] = [daysAgo(1), daysAgo(0)];
    const daily = (steps: number, more: object = {}) => ({
      type: 'daily',
      data: [{ metadata: { start_time: daysAgo(8).toISOString() }, distance_data: { steps }, ...more }],
    });
    const stepsOf = async () => (await world.query('select steps from daily_figure where day = $1', [dayOf(daysAgo(8))]))[0]?.['steps'];
    await world.receive(cleo, 'terra-fitbit', terra({ name: 'Later' }), later);
    await world.receive(cleo, 'terra-fitbit', daily(8_000), later);
    await waitUntil('both', async () => (await named('t1'))?.name === 'Later' && (await stepsOf()) === 8_000);
    await world.receive(cleo, 'terra-fitbit', terra({ name: 'Earlier' }), earlier);
    await world.receive(cleo, 'terra-fitbit', daily(3_000, { heart_rate_data: { summary: { resting_hr_bpm: 50 } } }), earlier);
    const rows = () => world.query(`select steps, resting_heart_rate_bpm as bpm from daily_figure where day = $1`, [dayOf(daysAgo(8))]);
    await waitUntil('what was unknown', async () => Number((await rows())[0]?.['bpm']) === 50);
    await waitUntil(
      'all runs',
      async () => !(await world.query("select 1 from run where kind = 'coach.receive_health' and ended_at is null")).length,
    );
    expect([(await named('t1'))!.name, await stepsOf()]).toEqual(['Later', 8_000]);
  });

  it('is read from the provider if it is only named, and goes if it is deleted there', async () => {
    world.connections.tokens.set(`${cleo.user} strava`, 'cleo');
    world.vendors.usual = ({ path }) => ({ body: path.endsWith('/activities/77') ? run(77, 9) : [] });
    await world.receive(cleo, 'strava', { object_type: 'activity', aspect_type: 'create', object_id: 77 });
    await waitUntil('it', () => named('77'));
    await world.receive(cleo, 'strava', { object_type: 'activity', aspect_type: 'delete', object_id: 77 });
    await waitUntil('its end', async () => !(await named('77')));
  });

  it('does no harm if it is nonsense', async () => {
    for (const payload of [null, [], 'x', { type: 'activity', data: [null, { metadata: 7 }, {}] }, { type: 'sleep', data: {} }])
      await world.receive(cleo, 'terra-fitbit', payload);
    await world.receive(cleo, 'terra-fitbit', {
      type: 'daily',
      data: [{ metadata: { start_time: at.toISOString() }, distance_data: { steps: 9_000 } }],
    });
    await waitUntil('the steps', async () => (await world.query('select 1 from daily_figure where steps = 9000')).length === 1);
    expect(await listed(cleo)).toHaveLength(1);
  });
});

describe('a provider that is disconnected', () => {
  it('leaves its activities, and can no longer add to them', async () => {
    await world.publish(connections.healthDisconnected, {
      tenant_id: 'default',
      user_id: ben.user,
      provider: 'strava',
      connection_id: `hc_${ben.user}_strava`,
    });
    await waitUntil(
      'it to be noted',
      async () => (await world.query('select 1 from health_source where disconnected_at is not null')).length === 1,
    );
    expect(await listed(ben)).toHaveLength(5);
  });
});
