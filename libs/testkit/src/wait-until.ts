import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until the probe answers something true, and gives that back. @throws Error naming `what` after `ms`. */
export async function waitUntil<T>(what: string, probe: () => Promise<T> | T, ms = 15_000): Promise<NonNullable<T>> {
  for (const end = Date.now() + ms; ; await sleep(20)) {
    const got = await Promise.resolve(probe()).catch(() => undefined);
    if (got) return got;
    if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms`);
  }
}
