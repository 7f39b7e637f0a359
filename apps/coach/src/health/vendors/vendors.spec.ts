import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSame, findDuplicates, type Comparable } from '../duplicates.js';
import { NOTHING, type Records } from '../record.js';
import { sportOf } from '../sports.js';
import { readTerra, VENDORS } from './index.js';

const FIELDS = [
  ...['id', 'name', 'sport_type', 'distance', 'moving_time', 'elapsed_time', 'start_date', 'start_date_local', 'average_speed', 'calories'],
  ...['start', 'end', 'nap', 'score', 'stage_summary', 'timezone_offset', 'created_at', 'total_awake_time_milli', 'heart_rate', 'records'],
  ...['day', 'bedtime_start', 'bedtime_end', 'type', 'steps', 'start_datetime', 'end_datetime', 'activity', 'data', 'next_token'],
  ...[
    'activities',
    'dailies',
    'sleeps',
    'bodyComps',
    'summaryId',
    'startTimeInSeconds',
    'durationInSeconds',
    'calendarDate',
    'weightInGrams',
  ],
  ...[
    'metadata',
    'start_time',
    'end_time',
    'summary_id',
    'distance_data',
    'summary',
    'heart_rate_data',
    'measurements_data',
    'measurements',
  ],
];
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('2026-06-21T10:00:00Z', '2026-06-21', '1e999', '\u0000', '+25:99', '2026-13-45T99:99:99Z'),
);
const leaf = fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(1e308, -1, 0, 1_782_000_000));
const { payload } = fc.letrec((tie) => ({
  payload: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('payload'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('payload'), { maxKeys: 9 }),
  ),
}));

const assertSane = ({ activities, sleeps, days }: Records) => {
  const isDay = (day: string) => expect(day).toMatch(/^(19|20)\d\d-\d\d-\d\d$/);
  for (const row of activities) {
    isDay(row.day);
    expect(row.started_at.getTime()).toBeLessThan(Date.now() + 3 * 86_400_000);
    expect(row.duration_s).toBeGreaterThan(0);
    for (const value of Object.values(row))
      if (typeof value === 'number') expect(Number.isFinite(value) && value >= 0 && value <= 5_000_000).toBe(true);
    // eslint-disable-next-line no-control-regex -- that there are none is what is checked
    expect(`${row.name}${row.vendor_sport}${row.vendor_id}`).not.toMatch(/[\u0000-\u001f]/);
    expect(row.vendor_id).not.toBe('');
  }
  for (const row of sleeps) {
    isDay(row.day);
    expect(row.ended_at > row.started_at).toBe(true);
  }
  for (const row of days) isDay(row.day);
};

it('payloads of any form become rows that can be stored, or none', () => {
  fc.assert(
    fc.property(payload, fc.constantFrom(...Object.keys(VENDORS)), (body, name) => {
      const vendor = VENDORS[name]!;
      for (const { name: list, first } of vendor.requests({ since: new Date() }))
        assertSane(vendor.read(body, { name: list, checkpoint: first }).records);
      assertSane(vendor.received(body).records);
      assertSane(vendor.readOne?.(body, '/wellness-api/rest/activities') ?? NOTHING);
      assertSane(readTerra(body));
    }),
    { numRuns: 400 },
  );
});

it.each([
  [
    'strava',
    [
      {
        id: 1,
        sport_type: 'TrailRun',
        moving_time: 60,
        distance: 1e9,
        average_heartrate: 900,
        start_date: '2026-06-21T22:30:00Z',
        start_date_local: '2026-06-22T00:30:00Z',
      },
    ],
    { day: '2026-06-22', sport: 'trail_run', distance_m: null, average_heart_rate_bpm: null },
  ],
  [
    'whoop',
    {
      records: [
        {
          id: 'w',
          start: '2026-06-21T22:30:00Z',
          end: '2026-06-21T23:00:00Z',
          timezone_offset: '+02:00',
          sport_name: 'cycling',
          score: { kilojoule: 418.4 },
        },
      ],
    },
    { day: '2026-06-22', sport: 'road_bike', duration_s: 1800, energy_kcal: 100 },
  ],
  [
    'oura',
    {
      data: [
        {
          id: 'o',
          activity: 'swimming',
          day: '2026-06-21',
          start_datetime: '2026-06-21T10:00:00+02:00',
          end_datetime: '2026-06-21T10:30:00+02:00',
          distance: 1000,
        },
      ],
    },
    { day: '2026-06-21', sport: 'swim', distance_m: 1000 },
  ],
])('an activity of %s is in our units, on the day where it began', (name, body, expected) => {
  const { name: list, first } = VENDORS[name]!.requests({ since: new Date(0) })[0]!;
  expect(VENDORS[name]!.read(body, { name: list, checkpoint: first }).records.activities).toEqual([expect.objectContaining(expected)]);
});

it('Garmin’s messages may name where summaries are: below our address of Garmin, whatever host they name', () => {
  const { received, readOne } = VENDORS['garmin']!;
  const ping = (callbackURL: unknown) => received({ sleeps: [{ userId: 'u', callbackURL }] });
  const path = '/wellness-api/rest/sleeps?token=1';
  expect(ping(`https://evil.test${path}`)).toMatchObject({ read: path });
  for (const odd of ['https://apis.garmin.com/userPermissions', '/wellness-api/rest/sleeps', 'file:///wellness-api', 7, null])
    expect(ping(odd).read).toBeUndefined();
  const sleep = { summaryId: 's', calendarDate: '2026-06-21', startTimeInSeconds: 1_782_000_000, durationInSeconds: 25_000 };
  expect(readOne!([sleep], path).sleeps).toMatchObject([{ asleep_s: 25_000 }]);
});

it('Garmin’s messages have activities, nights and days', () => {
  const { records } = VENDORS['garmin']!.received({
    activities: [
      {
        activityId: 5,
        activityType: 'TRAIL_RUNNING',
        startTimeInSeconds: 1_782_000_000,
        startTimeOffsetInSeconds: 7_200,
        durationInSeconds: 3_600,
        distanceInMeters: 10_000,
      },
    ],
    sleeps: [
      {
        summaryId: 's',
        calendarDate: '2026-06-21',
        startTimeInSeconds: 1_782_000_000,
        durationInSeconds: 25_000,
        deepSleepDurationInSeconds: 5_000,
      },
    ],
    bodyComps: [{ measurementTimeInSeconds: 1_782_000_000, weightInGrams: 64_500 }],
  });
  expect(records.activities).toMatchObject([{ vendor_id: '5', sport: 'trail_run', distance_m: 10_000 }]);
  expect(records.sleeps).toMatchObject([{ asleep_s: 25_000, deep_s: 5_000 }]);
  expect(records.days).toMatchObject([{ weight_kg: 64.5 }]);
});

it.each([
  ['Run', 'run'],
  ['VirtualRun', 'run'],
  ['TRAIL_RUNNING', 'trail_run'],
  ['Trail Running', 'trail_run'],
  ['MountainBikeRide', 'mtb'],
  ['GravelRide', 'gravel_bike'],
  ['VirtualRide', 'road_bike'],
  ['horseback_riding', 'other'],
  ['HorsebackRiding', 'other'],
  ['Yoga', 'other'],
  ['', 'other'],
])('%s is %s', (name, sport) => expect(sportOf(name)).toBe(sport));

const START = Date.UTC(2026, 5, 21, 10);
const comparable = fc.record({
  provider: fc.constantFrom('strava', 'garmin', 'whoop'),
  started_at: fc.integer({ min: 0, max: 600 }).map((s) => new Date(START + s * 1_000)),
  duration_s: fc.integer({ min: 1_500, max: 2_100 }),
  elapsed_s: fc.constantFrom(null, 2_000),
  distance_m: fc.constantFrom(null, 5_000, 5_100, 9_000),
});
const rows = fc.array(comparable, { maxLength: 8 }).map((list): Comparable[] => list.map((row, n) => ({ ...row, id: `act_${n}` })));

it('which of two rows is shown depends on the rows, not on their order', () => {
  fc.assert(
    fc.property(rows, fc.func(fc.nat()), (list, rank) => {
      const found = findDuplicates(list);
      expect(findDuplicates(list.toSorted((a, b) => rank(a.id) - rank(b.id)))).toEqual(found);
      const byId = new Map(list.map((row) => [row.id, row]));
      for (const [id, shown] of found) {
        expect(isSame(byId.get(id)!, byId.get(shown)!)).toBe(true);
        expect(found.has(shown)).toBe(false);
      }
      // Two activities of one provider never become one.
      const pairs = [...found].map(([id, shown]) => `${byId.get(id)!.provider} ${shown}`);
      expect(new Set(pairs).size).toBe(pairs.length);
    }),
  );
});
