import type { channels } from '@skep/contracts/channels';
import { startWhatsAppCloud, type WhatsAppCloud } from '@skep/testkit';
import { signUpWithModel, startBare } from '../chatters.ts';
import { quiet } from '../cpu.ts';
import { connected } from '../database.ts';
import { countFaults, deliver, type Delivery } from '../deliver.ts';
import type { Load } from '../load.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';

const RATE = 200;
const CHATS = 1_000;
/** Each has a channel. Eight messages of a person are answered at once. */
const PEOPLE = 4;
/** The model answers after the measurement: so the first messages occupy the agent, and those that are measured wait in the queue. */
const TEXT = 'say 1 every 0 after 90000';
const WARM_UP_S = 3;

export const description = `messages of ${CHATS} chats on WhatsApp at ${RATE}/s, until the run that answers each is queued`;

interface Taken extends Row, Pick<Load, 'p50' | 'p99'> {
  accepted: number;
  stored: number;
  queued: number;
}

const COLUMNS: Column<Taken>[] = [
  { head: 'accepted', value: ({ accepted }) => accepted, digits: 0 },
  { head: 'stored', value: ({ stored }) => stored, digits: 0 },
  { head: 'runs', value: ({ queued }) => queued, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
];

export const run: Measurement['run'] = async (skep, { seconds, rounds }) => {
  const whatsapp = await startWhatsAppCloud();
  skep.beforeStop(() => whatsapp.close());
  await skep.stopService('channels');
  await skep.startService('channels', { WHATSAPP_API_BASE: whatsapp.url });
  const model = await startBare(skep, 'model');
  const addresses = await Promise.all(Array.from({ length: PEOPLE }, () => setUpChannel(skep, whatsapp, model.url)));
  const write = (count: number) => Array.from({ length: count }, (_, n) => writeMessage(whatsapp, addresses, n % CHATS));

  const first = await deliver(write(WARM_UP_S * RATE), RATE);
  await quiet(skep.pids);
  progress('inbound: the agent is occupied');
  const measured = await deliver(write(seconds * rounds * RATE), RATE);
  const { p50, p99, failed, failure } = measured;
  const accepted = first.accepted + measured.accepted;
  const counts = await countAndForget(skep);
  const results: Record<string, Taken> = { whatsapp: { accepted, ...counts, p50, p99, failed, failure } };
  return {
    title: `Messages of ${CHATS} chats on WhatsApp, ${RATE}/s over the channels of ${PEOPLE} people, from the request to its answer`,
    results,
    columns: COLUMNS as Column<Row>[],
    targets: [
      { name: 'until the message and its run are stored, p99 ms', value: p99, atMost: 50 },
      { name: 'messages lost or doubled', value: countFaults([first, measured], counts.stored), atMost: 0 },
      { name: 'runs lost or doubled', value: countFaults([first, measured], counts.queued), atMost: 0 },
    ],
  };
};

/** Returns the address at which WhatsApp delivers to someone. */
async function setUpChannel(skep: Skep, { credentials }: WhatsAppCloud, modelUrl: string): Promise<string> {
  const token = await signUpWithModel(skep, modelUrl);
  const bridge = { credentials, dm_policy: 'open', enabled: true };
  const { receive_url } = await skep.http<typeof channels.setUpBridge>('PUT', '/api/channels/whatsapp', { token, body: bridge as never });
  return skep.url + receive_url;
}

function writeMessage(whatsapp: WhatsAppCloud, addresses: string[], chat: number): Delivery {
  const { headers, body } = whatsapp.request([whatsapp.message(String(15_550_000_000 + chat), TEXT)]);
  return { url: addresses[chat % PEOPLE]!, headers, body: body.toString() };
}

/** Counts messages and runs, and removes the runs: the next measurement needs the machine. */
const countAndForget = (skep: Skep) =>
  connected(
    skep.databases.channels.ownerUrl,
    async (client) => {
      const { rows } = await client.query<{ stored: number; queued: number }>(
        `select (select count(*)::int from chat_message where direction = 'inbound') as stored,
                (select count(*)::int from run where kind = 'chat.answer') as queued`,
      );
      await client.query(`delete from run where kind = 'chat.answer'`);
      return rows[0]!;
    },
    '-c skep.tenant=*',
  );
