import type { automation } from '@skep/contracts/automation';
import { createHmac, randomUUID } from 'node:crypto';
import { signUp } from '../client.ts';
import { connected } from '../database.ts';
import { type Delivery, measureDeliveries, type Taken, TAKEN_COLUMNS } from '../deliver.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';

const RATE = 500;
const MANY = 50;
const SECRET = 'a secret of a webhook';

export const description = `signed deliveries of GitHub to inbound webhooks at ${RATE}/s, to ${MANY} webhooks, and all to one`;

export const run: Measurement['run'] = async (skep, { seconds, rounds }) => {
  const results: Record<string, Taken> = {};
  for (const count of [MANY, 1]) {
    const addresses = await createWebhooks(skep, count);
    const write = (number: number) => push(addresses, number);
    const taken = await measureDeliveries(write, RATE, seconds * rounds, () => countStored(skep));
    results[count === 1 ? 'one webhook' : `${count} webhooks`] = taken;
    progress(`webhooks: ${taken.accepted} deliveries to ${count}: p99 ${taken.p99.toFixed(1)} ms`);
  }
  return {
    title: `POST /api/webhooks/receive/{slug}, signed as GitHub does, ${RATE}/s`,
    results,
    columns: TAKEN_COLUMNS as Column<Row>[],
    targets: Object.entries(results).flatMap(([name, { faults, p99 }]) => [
      { name: `${name}, p99 ms`, value: p99, atMost: 50 },
      { name: `${name}, deliveries lost or doubled`, value: faults, atMost: 0 },
    ]),
  };
};

/** Creates webhooks of one person, and returns where GitHub delivers to them. */
async function createWebhooks(skep: Skep, count: number): Promise<string[]> {
  const { access_token: token } = await signUp(skep);
  const webhook = { name: 'Push', preset: 'github', secret: SECRET, template: 'New push to {{ payload.repository.name }}' };
  const create = () => skep.http<typeof automation.createInboundWebhook>('POST', '/api/webhooks', { token, body: webhook as never });
  const addresses: string[] = [];
  while (addresses.length < count) addresses.push(skep.url + (await create()).receive_url);
  return addresses;
}

/** Deliveries of pushes with ten commits, about as long as those of GitHub. */
const push = (addresses: string[], count: number): Delivery[] =>
  Array.from({ length: count }, (_, n) => {
    const id = randomUUID();
    const commits = Array.from({ length: 10 }, (_each, at) => ({
      ...{ id: `${id}-${at}`, message: 'fix(events): an interrupted event no longer blocks others', timestamp: '2026-11-29T10:00:00Z' },
      ...{ author: { name: 'Ada', email: 'ada@example.com' }, added: ['src/main.ts'], modified: ['README.md'], removed: [] },
    }));
    const body = JSON.stringify({ ref: 'refs/heads/main', after: id, repository: { id: 1, name: 'skep' }, commits });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}`, 'x-github-event': 'push' };
    return { url: addresses[n % addresses.length]!, headers: { ...headers, 'x-github-delivery': id }, body };
  });

/** A delivery is stored together with an event for the rules of its person, which is kept when the webhook keeps only newer ones. */
const countStored = (skep: Skep) =>
  connected(
    skep.databases.automation.ownerUrl,
    async (client) => {
      const { rows } = await client.query<{ stored: number }>(
        `select count(*)::int as stored from happening where type = 'webhook.received'`,
      );
      return rows[0]!.stored;
    },
    '-c skep.tenant=*',
  );
