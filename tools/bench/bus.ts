import { setTimeout as sleep } from 'node:timers/promises';
import { type Operation, Problem } from '@skep/contracts';
import { Bus, connectNats, type Ctx, newCtx, openLog } from '@skep/platform';
import { counter, type Counter, type Load } from './load.ts';
import type { Skep } from './skep.ts';

const TIMEOUT_MS = 10_000;

/** Calls an operation, with a context that names the caller. */
export type Call = <I extends object, O>(operation: Operation<I, O>, who: Partial<Ctx>, input: I) => Promise<O>;

/**
 * Connects to NATS to call services directly, as the kernel does, without the gateway. The returned function throws Problem.
 */
export async function openBus(skep: Skep): Promise<Call> {
  const config = { NATS_URL: skep.natsUrl, NATS_USER: 'operator', NATS_PASSWORD: skep.secrets.OPERATOR_NATS_PASSWORD };
  const bus = new Bus(await connectNats('bench', config, openLog('bench', 'error')), 'operator');
  skep.beforeStop(() => bus.close());
  return (operation, who, input) => bus.call(operation, newCtx({ ...who, deadline: Date.now() + TIMEOUT_MS }), input);
}

/**
 * Generates load with any asynchronous work, like autocannon with HTTP: `flood` keeps `atOnce` pieces of work in progress; `pace` starts
 * them at a rate, evenly spread to the millisecond, and measures each from the time at which it was due.
 */
export function loadOf(work: () => Promise<unknown>, atOnce: number) {
  const one = async ({ good, bad }: Counter, due: number) => {
    await work().then(
      () => good(performance.now() - due),
      (error: unknown) => bad(error instanceof Problem ? error.body.code : String(error)),
    );
  };
  return {
    async flood({ seconds }: { seconds: number }): Promise<Load> {
      const counted = counter();
      const end = performance.now() + seconds * 1000;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let now; (now = performance.now()) < end;) await one(counted, now);
        }),
      );
      return counted.load();
    },
    async pace({ seconds, rate }: { seconds: number; rate: number }): Promise<Load> {
      const counted = counter();
      const begun = performance.now();
      const count = Math.round(rate * seconds);
      let answered = 0;
      for (let sent = 0; sent < count;) {
        const due = begun + (sent * 1000) / rate;
        if (due > performance.now()) {
          await sleep(1); // busy waiting would take a core from the measured processes
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
