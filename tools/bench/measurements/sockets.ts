import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Column, Measurement, Row } from '../measurement.ts';
import { residentMemory } from '../memory.ts';
import { progress } from '../progress.ts';
import { percentile } from '../statistics.ts';
import { startTestApi } from '../test-api.ts';

const SOCKETS = 2_000;
const MESSAGES_PER_SECOND = 1_000;
const OPENED_AT_ONCE = 50;
const TICK_MS = 10;
/** How long memory settles. */
const SETTLE_MS = 3_000;
/** How long the last answers may take. */
const LAST_MS = 2_000;

export const description = `${SOCKETS} open sockets that send ${MESSAGES_PER_SECOND} messages/s in all, each echoed by a service`;

interface Echoes extends Row {
  sent: number;
  p50: number;
  p99: number;
  most: number;
  lost: number;
  mib: number;
}

const COLUMNS: Column<Echoes>[] = [
  { head: 'messages', value: ({ sent }) => sent, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
  { head: 'longest ms', value: ({ most }) => most, digits: 0 },
  { head: 'lost', value: ({ lost }) => lost, digits: 0 },
  { head: 'MiB more', value: ({ mib }) => mib, digits: 1 },
];

export const run: Measurement['run'] = async (skep, { seconds }) => {
  const { url, pid, headers } = await startTestApi(skep, 'sockets', 'parrot');
  const delays: number[] = [];
  const open = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/parrots`, { headers, perMessageDeflate: false });
      socket.once('open', () => resolve(socket)).once('error', reject);
      socket.on('message', (data: Buffer) => {
        const { type, text } = JSON.parse(data.toString()) as { type: string; text: string };
        if (type === 'said') delays.push(performance.now() - Number(text));
      });
    });
  const before = residentMemory({ gateway: pid })['gateway']!;
  const sockets: WebSocket[] = [];
  while (sockets.length < SOCKETS) sockets.push(...(await Promise.all(Array.from({ length: OPENED_AT_ONCE }, open))));
  await sleep(SETTLE_MS);
  const mib = residentMemory({ gateway: pid })['gateway']! - before;
  progress(`sockets: ${sockets.length} open`);

  const start = performance.now();
  let sent = 0;
  while (sent < seconds * MESSAGES_PER_SECOND) {
    // As many as are due: a late tick sends more.
    for (const due = ((performance.now() - start) / 1000) * MESSAGES_PER_SECOND; sent < due; sent++)
      sockets[sent % SOCKETS]!.send(JSON.stringify({ type: 'say', text: String(performance.now()) }));
    await sleep(TICK_MS);
  }
  await sleep(LAST_MS);
  const lost = sent - delays.length;
  for (const socket of sockets) socket.terminate();
  const echoes: Echoes = { sent, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), most: percentile(delays, 1), lost, mib };
  const results: Record<string, Echoes> = { echo: echoes };
  return {
    title: `Messages of ${SOCKETS} sockets at one gateway, ${MESSAGES_PER_SECOND}/s, each answered by an operation`,
    results,
    columns: COLUMNS,
    targets: [
      { name: 'from a client to its service and back, p99 ms', value: echoes.p99, atMost: 50 },
      { name: 'lost messages', value: lost, atMost: 0 },
    ],
  };
};
