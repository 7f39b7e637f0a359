import type { Output } from '@skep/client';
import { LOG_LEVELS } from '@skep/contracts/kernel';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../setup/fault.mjs';
import { stopSignal } from '../setup/stop-signal.mjs';
import { asAuthor } from './server.ts';

type Line = Awaited<Output<'listAppLogs'>>['logs'][number];

const FOLLOW_MS = 1_000;
/** Entries that the server sends at once. */
const PAGE = 100;

/** Prints the newest entries of an app's log, oldest first, and with `follow` all new ones until the command is stopped. @throws Fault */
export async function printLogs(app_id: string, { level: wanted, follow = false }: { level?: string; follow?: boolean }): Promise<void> {
  const level = LOG_LEVELS.find((known) => known === wanted);
  if (wanted && !level) throw new Fault(`--level is one of ${LOG_LEVELS.join(', ')}, not '${wanted}'.`);
  const newest = async () => (await asAuthor({}, (skep) => skep.listAppLogs({ app_id, limit: PAGE, ...(level && { level }) }))).logs;
  let shown = await newest();
  for (const entry of shown.toReversed()) console.log(entryText(entry));
  while (follow && !stopSignal.aborted) {
    await wait(FOLLOW_MS, undefined, { signal: stopSignal }).catch(() => undefined);
    const known = new Set(shown.map(({ id }) => id));
    const found = await newest();
    for (const entry of found.filter(({ id }) => !known.has(id)).toReversed()) console.log(entryText(entry));
    shown = found.length ? found : shown;
  }
}

function entryText({ created_at, level, function: name, call_id, message, fields }: Line): string {
  const more = Object.keys(fields).length ? ` ${JSON.stringify(fields)}` : '';
  return `${created_at} ${level.padEnd(5)} ${name} ${call_id}: ${message}${more}`;
}
