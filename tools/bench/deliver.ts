import { loadOf } from './bus.ts';
import type { Load } from './load.ts';
import type { Column, Row } from './measurement.ts';

/** A request with which another party delivers something. */
export interface Delivery {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Different deliveries. */
export interface Delivered {
  sent: number;
  accepted: number;
}

const REPEATED = 20;
const BEHIND = 10;

/**
 * Delivers at a rate, evenly spread. After every twentieth, an earlier one comes again, as from a sender that has lost the answer.
 * @returns the figures, and how many different deliveries were accepted
 */
export async function deliver(deliveries: Delivery[], rate: number): Promise<Load & Delivered> {
  const sent = deliveries.flatMap((each, n) => (n % REPEATED === REPEATED - 1 ? [each, deliveries[n - BEHIND]!] : [each]));
  const accepted = new Set<Delivery>();
  let next = 0;
  const work = async () => {
    const delivery = sent[next++]!;
    await send(delivery);
    accepted.add(delivery);
  };
  const load = await loadOf(work, 1).pace({ rate, seconds: sent.length / rate });
  return { ...load, sent: deliveries.length, accepted: accepted.size };
}

/** How many deliveries were accepted and not stored, or stored twice. One that failed may be stored. */
export const countFaults = (all: Delivered[], stored: number): number => {
  const sum = (name: keyof Delivered) => all.reduce((total, one) => total + one[name], 0);
  return Math.max(0, sum('accepted') - stored, stored - sum('sent'));
};

const WARM_UP_S = 3;

/** What became of deliveries. */
export interface Taken extends Row, Pick<Load, 'p50' | 'p99'> {
  accepted: number;
  stored: number;
  /** Lost, or stored twice. */
  faults: number;
}

export const TAKEN_COLUMNS: Column<Taken>[] = [
  { head: 'accepted', value: ({ accepted }) => accepted, digits: 0 },
  { head: 'stored', value: ({ stored }) => stored, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
];

/** Delivers at a rate: to warm up, and then for some seconds. @param countStored counts what the receiver has stored so far */
export async function measureDeliveries(
  write: (count: number) => Delivery[],
  rate: number,
  seconds: number,
  countStored: () => Promise<number>,
): Promise<Taken> {
  const before = await countStored();
  const first = await deliver(write(WARM_UP_S * rate), rate);
  const measured = await deliver(write(seconds * rate), rate);
  const { p50, p99, failed, failure } = measured;
  const stored = (await countStored()) - before;
  const faults = countFaults([first, measured], stored);
  return { accepted: first.accepted + measured.accepted, stored, faults, p50, p99, failed, failure };
}

async function send({ url, headers, body }: Delivery): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${answer.slice(0, 300)}`);
}
