import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until the probe returns something truthy, and returns that. @throws Error with the description after `timeoutMs` */
export async function waitUntil<T>(description: string, probe: () => Promise<T> | T, timeoutMs = 15_000): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(20)) {
    const result = await Promise.resolve(probe()).catch(() => undefined);
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`timed out after ${timeoutMs} ms waiting for ${description}`);
  }
}
