import type { Preferences } from '@skep/contracts/channels';
import { Cron } from 'croner';

const MINUTES = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** When the quiet hours end in which a time is. Undefined if it is in none. Hours that end when they begin are the whole day. */
export function endOfQuietHours({ timezone, quiet_from, quiet_until }: Preferences, now: Date): Date | undefined {
  if (!quiet_from || !quiet_until) return undefined;
  const local = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now);
  const [at, from, until] = [MINUTES(local), MINUTES(quiet_from), MINUTES(quiet_until)];
  const isQuiet = from < until ? at >= from && at < until : at >= from || at < until;
  const [hour, minute] = quiet_until.split(':');
  return isQuiet ? (new Cron(`${minute} ${hour} * * *`, { timezone }).nextRun(now) ?? undefined) : undefined;
}
