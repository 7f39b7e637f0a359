import { createHmac, randomUUID } from 'node:crypto';
import { signUpCoachee } from '../coachees.ts';
import { connected } from '../database.ts';
import { deliver, type Delivery, measureDeliveries, TAKEN_COLUMNS } from '../deliver.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';

const RATE = 300;
const PEOPLE = 50;
const SECRET = 'a signing secret of Terra';

export const description = `signed deliveries of Terra for ${PEOPLE} people at ${RATE}/s, until the data is kept`;

export const run: Measurement['run'] = async (skep, { seconds, rounds }) => {
  await skep.stopService('connections');
  await skep.startService('connections', { TERRA_DEV_ID: 'bench', TERRA_API_KEY: 'bench', TERRA_SIGNING_SECRET: SECRET });
  const users: string[] = [];
  while (users.length < PEOPLE) users.push((await signUpCoachee(skep)).user);
  await deliver(
    users.map((user) => deliveryOf(skep, { type: 'auth', status: 'success', reference_id: user, user: accountOf(user) })),
    50,
  );
  const write = (count: number) => Array.from({ length: count }, (_, n) => deliveryOf(skep, activityOf(users[n % PEOPLE]!, n)));
  const terra = await measureDeliveries(write, RATE, seconds * rounds, () => countStored(skep));
  progress(`health: p99 ${terra.p99.toFixed(1)} ms`);
  return {
    title: `POST /terra_webhooks, activities of ${PEOPLE} people, signed, ${RATE}/s`,
    results: { terra },
    columns: TAKEN_COLUMNS as Column<Row>[],
    targets: [
      { name: 'until the data is kept, p99 ms', value: terra.p99, atMost: 50 },
      { name: 'deliveries lost or doubled', value: terra.faults, atMost: 0 },
    ],
  };
};

const accountOf = (user: string) => ({ user_id: `terra-${user}`, provider: 'FITBIT', reference_id: user });

/** A run with a heart rate for each minute, about as long as those of Terra. */
function activityOf(user: string, n: number): object {
  const start = Date.UTC(2026, 0, 1) + n * 3_600_000;
  const samples = Array.from({ length: 40 }, (_, minute) => ({
    timestamp: new Date(start + minute * 60_000).toISOString(),
    bpm: 130 + (minute % 20),
  }));
  const metadata = { summary_id: randomUUID(), name: 'Run', type: 8, start_time: new Date(start).toISOString() };
  const data = {
    metadata: { ...metadata, end_time: new Date(start + 2_400_000).toISOString() },
    distance_data: { summary: { distance_meters: 8_000 } },
    active_durations_data: { activity_seconds: 2_400 },
    heart_rate_data: { summary: { avg_hr_bpm: 140 }, detailed: { hr_samples: samples } },
  };
  return { type: 'activity', user: accountOf(user), data: [data] };
}

function deliveryOf(skep: Skep, event: object): Delivery {
  const body = JSON.stringify(event);
  const at = Math.floor(Date.now() / 1000);
  const signature = `t=${at},v1=${createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'terra-signature': signature, 'x-terra-trace-id': randomUUID() };
  return { url: `${skep.url}/terra_webhooks`, headers, body };
}

const countStored = (skep: Skep) =>
  connected(
    skep.databases.connections.ownerUrl,
    async (client) => {
      const { rows } = await client.query<{ stored: number }>(`select count(*)::int as stored from health_delivery`);
      return rows[0]!.stored;
    },
    '-c skep.tenant=*',
  );
