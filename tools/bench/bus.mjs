import { setTimeout as sleep } from 'node:timers/promises';
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';
import { counter } from './load.mjs';

const TIMEOUT_MS = 10_000;

/**
 * Asks the services themselves, as the kernel does: over NATS, with no gateway between.
 * @param {import('./skep.mjs').Skep} skep
 * @returns {Promise<(operation: import('@skep/contracts').Operation, who: object, input: object) => Promise<any>>} @throws Problem
 */
export async function openBus(skep) {
  const config = { NATS_URL: skep.natsUrl, NATS_USER: 'operator', NATS_PASSWORD: skep.secrets.OPERATOR_NATS_PASSWORD };
  const bus = new Bus(await connectNats('bench', config, openLog('bench', 'error')), 'operator');
  skep.beforeStop(() => bus.close());
  return (operation, who, input) => bus.call(operation, newCtx({ ...who, deadline: Date.now() + TIMEOUT_MS }), input);
}

/**
 * Load of any work instead of autocannon's HTTP: `flood` keeps so many under way, `pace` begins them at a rate, spread evenly
 * to the millisecond, and counts from when each was due.
 * @param {() => Promise<unknown>} work
 * @param {number} atOnce
 * @returns {{ flood: (options: { seconds: number }) => Promise<import('./load.mjs').Load>,
 *   pace: (options: { seconds: number, rate: number }) => Promise<import('./load.mjs').Load> }}
 */
export function loadOf(work, atOnce) {
  const one = async ({ good, bad }, due) => {
    await work().then(
      () => good(performance.now() - due),
      (error) => bad(String(error?.body?.code ?? error)),
    );
  };
  return {
    async flood({ seconds }) {
      const counted = counter();
      const end = performance.now() + seconds * 1000;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let now; (now = performance.now()) < end;) await one(counted, now);
        }),
      );
      return counted.load();
    },
    async pace({ seconds, rate }) {
      const counted = counter();
      const begun = performance.now();
      const count = Math.round(rate * seconds);
      let answered = 0;
      for (let sent = 0; sent < count;) {
        const due = begun + (sent * 1000) / rate;
        if (due > performance.now()) {
          await sleep(1); // whoever watched the clock would take a core from what is measured
          continue;
        }
        void one(counted, due).then(() => answered++);
        sent++;
      }
      while (answered < count) await sleep(1);
      return counted.load();
    },
  };
}
