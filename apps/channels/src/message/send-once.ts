import type { InboxStatus } from '@skep/contracts/channels';
import type { Run } from '@skep/platform';
import { Refused } from '../bridge/adapter.js';

/** Less than a process has when it stops: a request in progress then still ends. */
const SEND_MS = 9_000;
/** How often a network may say that it is too early. */
const TRIES_MAX = 20;
const PAUSE_MAX_MS = 3_600_000;
const LOST = 'The connection broke, or the process ended, before the network had answered. It may have been sent.';

/** How an attempt went: `again` after a time in milliseconds. */
interface Attempt {
  status: InboxStatus;
  again?: number;
}

/** A message that is sent to a network at most once. */
export interface SentOnce {
  /** Turns `queued` into `sending`, and commits that. False if it is not queued. */
  begin(): Promise<boolean>;
  status(): Promise<InboxStatus>;
  /** @returns the network's id of it @throws Refused if the network did nothing; any other Error if that is not known */
  send(signal: AbortSignal): Promise<string>;
  end(status: InboxStatus, how: { error?: string; vendor_id?: string }): Promise<void>;
}

/**
 * Sends a message, again only while the network says that it did nothing with it. Who finds `sending` knows that it may have gone out.
 * @param find undefined if there is nothing to send any more
 */
export async function sendOnce(run: Run, find: () => Promise<SentOnce | undefined>): Promise<void> {
  for (let n = 1; ; n++) {
    const { again } = await run.step(`send ${n}`, async (): Promise<Attempt> => {
      const message = await find();
      return message ? attempt(message, n === TRIES_MAX) : { status: 'failed' };
    });
    if (again === undefined) return;
    await run.sleep(`pause ${n}`, again);
  }
}

async function attempt(message: SentOnce, isLast: boolean): Promise<Attempt> {
  const end = async (status: InboxStatus, error: string): Promise<Attempt> => {
    await message.end(status, { error });
    return { status };
  };
  if (!(await message.begin())) {
    const status = await message.status();
    return status === 'sending' ? end('unknown', LOST) : { status };
  }
  try {
    const vendor_id = await message.send(AbortSignal.timeout(SEND_MS));
    await message.end('sent', { vendor_id });
    return { status: 'sent' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof Refused)) return end('unknown', reason);
    if (error.retryAfterMs === undefined || isLast) return end('failed', reason);
    await message.end('queued', { error: reason });
    return { status: 'queued', again: Math.min(error.retryAfterMs, PAUSE_MAX_MS) };
  }
}
