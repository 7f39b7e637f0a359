import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../setup/fault.mjs';

/** Waits until the condition holds. @throws Fault with the description after `ms` */
export async function until(what: string, ms: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + ms; Date.now() < limit; await sleep(200)) if (await holds()) return;
  throw new Fault(`Timed out after ${ms / 1000} s waiting for ${what}.`);
}
