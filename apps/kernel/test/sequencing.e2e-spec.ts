import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { type KernelHarness, startKernel } from './kernel.js';

const EVENTS = 600;
let harness: KernelHarness;
const clients: pg.Client[] = [];

beforeAll(async () => {
  harness = await startKernel({ beside: [] });
  await harness.stop();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await harness?.close();
});

const connect = async () => {
  const client = new pg.Client({ connectionString: harness.env['DATABASE_OWNER_URL']!, options: '-c skep.tenant=*' });
  await client.connect();
  clients.push(client);
  return client;
};

it('numbers each event once and without gaps, with concurrent sequencers and writers', async () => {
  let writing = true;
  const number = async () => {
    const client = await connect();
    while (writing) await client.query('select sequence_feed(1000)');
  };
  const write = async () => {
    const client = await connect();
    for (let n = 0; n < EVENTS / 4; n++)
      await client.query(`insert into feed_event (tenant_id, type, payload) values ('default', 'ping', '{}')`);
  };
  const numbering = Promise.all(Array.from({ length: 4 }, number));
  await Promise.race([Promise.all(Array.from({ length: 4 }, write)), numbering]);
  writing = false;
  await numbering;
  await harness.query('select sequence_feed(1000)');
  const [counter] = await harness.query('select head, (select array_agg(seq::int order by seq) from feed_event) as seqs from feed_counter');
  expect(counter).toEqual({ head: EVENTS, seqs: Array.from({ length: EVENTS }, (_, n) => n + 1) });
});
