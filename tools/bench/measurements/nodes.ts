import type { nodes, ToNodeMessage } from '@skep/contracts/nodes';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { loadOf } from '../bus.ts';
import { signUp } from '../client.ts';
import { connected } from '../database.ts';
import type { Load } from '../load.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { residentMemory } from '../memory.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';

const DEVICES = 2_000;
/** As many as a person may have. */
const EACH = 50;
const RATE = 100;
/** How often a device says that it is there. */
const HEARTBEAT_S = 30;
const SIGNED_UP_AT_ONCE = 8;
const OPENED_AT_ONCE = 50;
/** How long memory settles. */
const SETTLE_MS = 5_000;
const WARM_UP_S = 3;

export const description = `${DEVICES} devices online at one gateway, and commands for them at ${RATE}/s`;

interface Figures extends Row {
  commands?: number;
  ended?: number;
  p50?: number;
  p99?: number;
  mib?: number;
}

const COLUMNS: Column<Figures>[] = [
  { head: 'commands', value: ({ commands }) => commands, digits: 0 },
  { head: 'ended', value: ({ ended }) => ended, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
  { head: 'MiB for 1,000 devices', value: ({ mib }) => mib, digits: 1 },
];

export const run: Measurement['run'] = async (skep, { seconds, rounds }) => {
  const devices = await pairDevices(skep);
  progress(`nodes: ${devices.length} devices are paired`);
  const used = () => residentMemory({ gateway: skep.pids['api-gateway'], nodes: skep.pids.nodes });
  const sockets: WebSocket[] = [];
  const goOnline = async (count: number) => {
    while (sockets.length < count)
      sockets.push(
        ...(await Promise.all(devices.slice(sockets.length, sockets.length + OPENED_AT_ONCE).map((device) => connect(skep, device)))),
      );
    await sleep(SETTLE_MS);
    progress(`nodes: ${count} devices are online`);
    return used();
  };
  // The first half warms up.
  const half = await goOnline(DEVICES / 2);
  const all = await goOnline(DEVICES);

  const heartbeats = loadOf(async () => anyOf(sockets).send(HEARTBEAT), 1);
  const commands = loadOf(() => invoke(skep, anyOf(devices)), 1);
  const load = async (s: number): Promise<Load> => {
    const paces = [commands.pace({ seconds: s, rate: RATE }), heartbeats.pace({ seconds: s, rate: DEVICES / HEARTBEAT_S })] as const;
    return (await Promise.all(paces))[0];
  };
  await load(WARM_UP_S);
  const { p50, p99, failed, failure } = await load(seconds * rounds);
  const sent = (WARM_UP_S + seconds * rounds) * RATE;
  const ended = await countEnded(skep);
  for (const socket of sockets) socket.terminate();
  const mib = (name: string) => ((all[name]! - half[name]!) * 1_000) / (DEVICES / 2);
  const results: Record<string, Figures> = {
    commands: { commands: sent, ended, p50, p99, failed, failure },
    'api-gateway': { mib: mib('gateway') },
    nodes: { mib: mib('nodes') },
  };
  return {
    title: `Commands for ${DEVICES} devices at one gateway, ${RATE}/s, from the request to the answer of the device`,
    results,
    columns: COLUMNS as Column<Row>[],
    targets: [
      { name: 'from the request to the answer of the device, p99 ms', value: p99, atMost: 100 },
      { name: 'commands that did not end, or twice', value: Math.abs(sent - ended), atMost: 0 },
      { name: 'MiB of the gateway for 1,000 devices', value: mib('gateway'), atMost: 30 },
      { name: 'MiB of nodes for 1,000 devices', value: mib('nodes'), atMost: 10 },
    ],
  };
};

interface Device {
  id: string;
  token: string;
  /** An access token of its person. */
  owner: string;
}

/** Signs people up, who pair their devices one after the other. */
async function pairDevices(skep: Skep): Promise<Device[]> {
  const owners: string[] = [];
  while (owners.length < DEVICES / EACH) {
    const signedUp = await Promise.all(Array.from({ length: SIGNED_UP_AT_ONCE }, () => signUp(skep)));
    owners.push(...signedUp.map(({ access_token }) => access_token));
  }
  const ofOwner = async (owner: string) => {
    const paired: Device[] = [];
    while (paired.length < EACH) paired.push(await pair(skep, owner));
    return paired;
  };
  return (await Promise.all(owners.map(ofOwner))).flat();
}

async function pair({ http }: Skep, owner: string): Promise<Device> {
  const body = { name: 'Box', platform: 'linux', capabilities: ['shell'] };
  const { node_id: id } = await http<typeof nodes.createNode>('POST', '/api/nodes', { token: owner, body });
  const { token } = await http<typeof nodes.approveNode>('POST', `/api/nodes/${id}/approve`, { token: owner });
  return { id, token, owner };
}

const HEARTBEAT = JSON.stringify({ event: 'node.heartbeat', data: {} });
const RESULT = { success: true, output: '/usr/bin/git', data: { path: '/usr/bin/git', return_code: 0 } };

/** A device that is online, and answers each command at once. */
const connect = ({ url }: Skep, { token }: Device) =>
  new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/node?token=${token}`, { perMessageDeflate: false });
    socket.once('error', reject).once('close', () => reject(new Error('the gateway has closed the socket of a device')));
    socket.on('message', (message: Buffer) => {
      const { event, data } = JSON.parse(message.toString()) as ToNodeMessage;
      if (event === 'node.auth.ok') resolve(socket);
      const { request_id } = data as { request_id?: string };
      if (event === 'node.invoke') socket.send(JSON.stringify({ event: 'node.result', data: { request_id, ...RESULT } }));
    });
  });

const invoke = ({ http }: Skep, { id, owner }: Device) =>
  http<typeof nodes.invokeNode>('POST', `/api/nodes/${id}/invoke`, {
    token: owner,
    body: { command: 'system.which', args: { binary: 'git' } } as never,
  });

const anyOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)]!;

const countEnded = (skep: Skep) =>
  connected(
    skep.databases.nodes.ownerUrl,
    async (client) => {
      const { rows } = await client.query<{ ended: number }>(`select count(*)::int as ended from invocation where success`);
      return rows[0]!.ended;
    },
    '-c skep.tenant=*',
  );
