import { connections, type VendorRequest } from '@skep/contracts/connections';
import { newCtx } from '@skep/platform';
import { asUser, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type HealthHarness, openHealth } from './health.js';
import { idOf } from './health-vendor.js';

const SECRETS = { STRAVA_WEBHOOK_SECRET: 'strava-new,strava-old', GARMIN_WEBHOOK_SECRET: 'garmin-secret' };
const ADA = idOf('42');
const [ada, ben] = [asUser('ada'), asUser('ben', { tenant: 'other' })];
let health: HealthHarness;

beforeAll(async () => void (health = await openHealth(SECRETS)));
afterAll(() => health?.close());
beforeEach(async () => {
  for (const table of ['health_connection', 'outbox', 'health_delivery']) await health.query(`delete from ${table}`);
});

const from =
  (operation: typeof connections.receiveStrava, secret: string) =>
  (body: unknown, more: Partial<VendorRequest> = {}) =>
    health.call(operation, newCtx({ deadline: Date.now() + 20_000 }), {
      ...{ secret, method: 'POST', headers: {}, query: {} },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64'),
      ...more,
    });
const strava = from(connections.receiveStrava, 'strava-new');
const garmin = from(connections.receiveGarmin, 'garmin-secret');
const activity = (owner_id: number, more: object = {}) => ({
  ...{ object_type: 'activity', object_id: 1360128428, aspect_type: 'create', owner_id, subscription_id: 120475, event_time: 1516126040 },
  ...more,
});
const read = async (who: typeof ada) => {
  const told = (await health.told('healthReceived')).filter(({ user_id }) => user_id === who.user);
  const found = await Promise.all(
    told.map(({ delivery_id }) => health.call(connections.getHealthDelivery, who, { delivery_id: String(delivery_id) })),
  );
  return found.map(({ type, payload }) => [type, JSON.parse(payload) as unknown]);
};
const statusOf = async (who: typeof ada, provider: string) => (await health.find(who, provider)).status;

describe('Strava', () => {
  const check = (query: Record<string, string>, secret = 'strava-new') => strava('', { method: 'GET', query, secret });
  const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': 'strava-old', 'hub.challenge': '15f7d1a91c1f40f8' };

  it('subscribes to the address that repeats its challenge', async () => {
    expect(await check(asked)).toMatchObject({ status_code: 200, body: '{"hub.challenge":"15f7d1a91c1f40f8"}' });
    for (const wrong of [{ 'hub.mode': 'unsubscribe' }, { 'hub.challenge': '' }])
      expect(await codeOf(check({ ...asked, ...wrong }))).toBe('bad_request');
  });

  it('is refused without the secret of its address', async () => {
    await health.connect(ada, 'strava', '42');
    for (const secret of ['', 'strava', 'garmin-secret']) expect(await codeOf(strava(activity(ADA), { secret }))).toBe('forbidden');
    expect(await codeOf(check(asked, 'x'))).toBe('forbidden');
    expect(await codeOf(check({ ...asked, 'hub.verify_token': 'x' }))).toBe('forbidden');
    expect(await read(ada)).toEqual([]);
    await strava(activity(ADA), { secret: 'strava-old' });
    expect(await read(ada)).toHaveLength(1);
  });

  it('delivers what concerns a person to them, once, however often and at once it says so', async () => {
    await health.connect(ada, 'strava', '42');
    await health.connect(ben, 'strava', '43');
    await Promise.all(Array.from({ length: 5 }, () => strava(activity(ADA))));
    await strava(activity(ADA, { aspect_type: 'update', event_time: 1516126099 }));
    expect((await read(ada)).map(([, payload]) => (payload as { aspect_type: string }).aspect_type)).toEqual(['create', 'update']);
    expect(await read(ben)).toEqual([]);
  });

  it('ends the connection of an athlete who has withdrawn their consent, and only theirs', async () => {
    await health.connect(ada, 'strava', '42');
    await health.connect(ben, 'strava', '43');
    const withdrawn = { object_type: 'athlete', object_id: ADA, owner_id: ADA, aspect_type: 'update', updates: { authorized: 'false' } };
    await strava({ ...withdrawn, updates: { title: 'x' } });
    expect(await statusOf(ada, 'strava')).toBe('connected');
    for (let n = 0; n < 2; n++) await strava(withdrawn);
    expect([await statusOf(ada, 'strava'), await statusOf(ben, 'strava')]).toEqual(['disconnected', 'connected']);
    expect(await health.told('healthDisconnected')).toEqual([expect.objectContaining({ user_id: ada.user, provider: 'strava' })]);
  });

  it.each(['', '[]', 'nonsense', '{"a":'])('gets a refusal for %j, which is no message', async (body) =>
    expect(await codeOf(strava(body))).toBe('bad_request'),
  );

  it.each([{}, { owner_id: {} }, { object_type: 'activity' }, activity(99), { object_type: 'segment', owner_id: ADA }])(
    'gets the usual answer for %j, which concerns no one here',
    async (body) => {
      expect(await strava(body)).toMatchObject({ status_code: 200 });
      expect(await health.told('healthReceived')).toEqual([]);
    },
  );
});

describe('Garmin', () => {
  beforeEach(async () => {
    await health.connect(ada, 'garmin', 'g-1');
    await health.connect(ben, 'garmin', 'g-2');
  });

  it('delivers to each person what is theirs of a message, once', async () => {
    const message = {
      activities: ['g-1', 'g-2', 'g-1', 'g-9'].map((userId, n) => ({ userId, summaryId: `a${n}` })),
      dailies: [{ userId: 'g-2', summaryId: 'd' }, null, 7],
      odd: 'x',
    };
    await Promise.all([garmin(message), garmin(message)]);
    expect(await read(ada)).toEqual([['activities', { activities: [0, 2].map((n) => ({ userId: 'g-1', summaryId: `a${n}` })) }]]);
    expect((await read(ben)).map(([type]) => type).sort()).toEqual(['activities', 'dailies']);
  });

  it('delivers each address of a ping for itself', async () => {
    const ping = (n: number) => ({ userId: 'g-1', callbackURL: `https://apis.garmin.com/wellness-api/rest/activities?token=${n}` });
    await garmin({ activities: [ping(1), ping(2)] });
    expect(await read(ada)).toEqual([1, 2].map((n) => ['activities', { activities: [ping(n)] }]));
  });

  it('ends the connection of who has withdrawn their consent, and tells what others permit', async () => {
    await garmin({
      deregistrations: [{ userId: 'g-1' }],
      userPermissionsChange: [{ userId: 'g-2', permissions: ['ACTIVITY_EXPORT', 7] }],
    });
    expect(await statusOf(ada, 'garmin')).toBe('disconnected');
    expect(await health.find(ben, 'garmin')).toMatchObject({ status: 'connected', scopes: ['ACTIVITY_EXPORT'] });
  });

  it('is refused without the secret of its address', async () => {
    for (const secret of ['', 'strava-new'])
      expect(await codeOf(garmin({ deregistrations: [{ userId: 'g-1' }] }, { secret }))).toBe('forbidden');
    expect(await statusOf(ada, 'garmin')).toBe('connected');
  });
});

it('without a secret there is no address', async () => {
  await health.restart({ STRAVA_WEBHOOK_SECRET: '', GARMIN_WEBHOOK_SECRET: '' });
  for (const call of [strava, garmin]) expect(await codeOf(call({}, { secret: '' }))).toBe('not_configured');
});
