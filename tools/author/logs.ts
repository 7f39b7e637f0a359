import { setTimeout as wait } from 'node:timers/promises';
import { stopSignal } from '../setup/stop-signal.mjs';
import { readAsAuthor } from './server.ts';

/** What the code of an app has logged. */
interface LogEntry {
  id: string;
  call_id: string;
  function: string;
  level: string;
  message: string;
  fields: object | null;
  created_at: string;
}

const FOLLOW_MS = 1_000;
/** Entries that the server sends at once. */
const PAGE = 100;

/** Prints the newest entries of an app's log, oldest first, and with `follow` all new ones until the command is stopped. */
export async function printLogs(app_id: string, { level, follow = false }: { level?: string; follow?: boolean }): Promise<void> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(level && { level }) });
  const newest = async () =>
    (await readAsAuthor<{ logs: LogEntry[] }>(`/v1/developer/apps/${encodeURIComponent(app_id)}/logs?${query}`)).logs;
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

function entryText({ created_at, level, function: name, call_id, message, fields }: LogEntry): string {
  const more = fields && Object.keys(fields).length ? ` ${JSON.stringify(fields)}` : '';
  return `${created_at} ${level.padEnd(5)} ${name} ${call_id}: ${message}${more}`;
}
