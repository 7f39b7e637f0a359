import { loadOf } from './bus.ts';
import type { Load } from './load.ts';

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

async function send({ url, headers, body }: Delivery): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${answer.slice(0, 300)}`);
}
