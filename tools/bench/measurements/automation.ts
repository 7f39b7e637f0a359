import { automation } from '@skep/contracts/automation';
import { kernel } from '@skep/contracts/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, loadOf, openBus } from '../bus.ts';
import { logIn } from '../client.ts';
import { connected } from '../database.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { callerOf, requestThatFindsANote } from '../notes-app.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';

const APP = 'bench-rules';
const EVENTS_PER_SECOND = 20;
/** As many as a user may have, less the one that waits for events. */
const RULES = 49;
const SETTLE_MS = 60_000;

export const description = `a rule that ${EVENTS_PER_SECOND} events/s run, and ${RULES} schedules a second over two instances`;

interface Effects extends Row {
  wanted?: number;
  made?: number;
  p50?: number;
  p99?: number;
}

const COLUMNS: Column<Effects>[] = [
  { head: 'due', value: ({ wanted }) => wanted, digits: 0 },
  { head: 'notes', value: ({ made }) => made, digits: 0 },
  { head: 'from due to note, p50 ms', value: ({ p50 }) => p50, digits: 0 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 0 },
];

export const run: Measurement['run'] = async (skep, { seconds }) => {
  await requestThatFindsANote(skep, APP);
  const { access_token: token } = await logIn(skep);
  const { user_id } = await callerOf(skep.http, token);
  const call = await openBus(skep);
  const events = await measureEvents(skep, call, user_id, seconds);
  progress(`automation: ${events.made} of ${events.wanted} events had their effect`);
  const schedules = await measureSchedules(skep, call, user_id, seconds);
  progress(`automation: ${schedules.made} of ${schedules.wanted} slots had their effect`);
  return {
    title: `Rules that note something: ${EVENTS_PER_SECOND} events/s, and ${RULES} schedules a second over two instances`,
    results: { events, schedules } satisfies Record<string, Effects>,
    columns: COLUMNS,
    targets: [
      { name: 'from the event to its effect, p99 ms', value: events.p99, atMost: 250 },
      { name: 'events / effects', value: events.wanted / events.made, atLeast: 1, atMost: 1 },
      { name: 'slots that ran, a second', value: schedules.wanted / seconds, atLeast: RULES },
      { name: 'slots / effects', value: schedules.wanted / schedules.made, atLeast: 1, atMost: 1 },
    ],
  };
};

/** Each event carries the time at which it was published. */
async function measureEvents(skep: Skep, call: Call, user_id: string, seconds: number) {
  await makeRule(call, user_id, { event_type: 'bench.happened' }, '{{event.text}}');
  const publish = () =>
    call(
      kernel.publishEvent,
      {},
      {
        ...{ tenant_id: 'default', scope: 'bench', action: 'happened', id: '', actor: 'system', user_id },
        data: { text: `event ${Date.now()}` },
      },
    );
  await loadOf(publish, 1).pace({ seconds, rate: EVENTS_PER_SECOND });
  return readEffects(skep, 'event', EVENTS_PER_SECOND * seconds);
}

/** All schedules are due each second, at a time that the row of the slot keeps. */
async function measureSchedules(skep: Skep, call: Call, user_id: string, seconds: number) {
  await skep.startCopy('automation');
  for (let i = 0; i < RULES; i++) await makeRule(call, user_id, { every_seconds: 31_536_000 }, 'slot {{event.due_at}}');
  const ran = await connected(adminOf(skep, 'automation'), async (client) => {
    for (let second = 0; second < seconds; second++) {
      await client.query(`update schedule set next_at = date_trunc('milliseconds', clock_timestamp()) where key like 'rule %'`);
      await sleep(1_000);
    }
    await sleep(5_000);
    const { rows } = await client.query<{ ran: number }>(`select count(*)::int as ran from slot where outcome = 'ran'`);
    return rows[0]!.ran;
  });
  return readEffects(skep, 'slot', ran);
}

const makeRule = (call: Call, user_id: string, trigger_filter: object, text: string) =>
  call(automation.createAutomationFor, { actor: 'service:bench' }, {
    ...{ user_id, tenant_id: 'default', prompt: 'Note what happens', interpretation: '', notify_mode: 'off' },
    ...{ trigger_filter: { timezone: 'UTC', ...trigger_filter }, actions: [{ app_id: APP, tool: 'keep', args: { text } }] },
    ...{ cooldown_seconds: 0, max_per_hour: 0, max_iterations: 0 },
  } as never);

/** Waits for the notes, then for more of them than there should be, and compares their times with the ones that they carry. */
async function readEffects(skep: Skep, word: string, wanted: number): Promise<Effects & Required<Omit<Effects, keyof Row>>> {
  return connected(adminOf(skep, 'kernel'), async (client) => {
    const notes = `from document where app_id = '${APP}' and data ->> 'text' like '${word} %'`;
    const count = async () => Number((await client.query<{ count: string }>(`select count(*) ${notes}`)).rows[0]?.count);
    for (const end = Date.now() + SETTLE_MS; (await count()) < wanted && Date.now() < end;) await sleep(200);
    await sleep(1_000);
    const due =
      word === 'event'
        ? `to_timestamp(split_part(data ->> 'text', ' ', 2)::bigint / 1000.0)`
        : `split_part(data ->> 'text', ' ', 2)::timestamptz`;
    const { rows } = await client.query<{ p50: number; p99: number }>(
      `select percentile_disc(0.5) within group (order by ms)::float8 as p50, percentile_disc(0.99) within group (order by ms)::float8 as p99
         from (select extract(epoch from created_at - ${due}) * 1000 as ms ${notes}) delays`,
    );
    return { wanted, made: await count(), p50: rows[0]?.p50 ?? Number.NaN, p99: rows[0]?.p99 ?? Number.NaN };
  });
}

const adminOf = (skep: Skep, name: 'automation' | 'kernel') =>
  Object.assign(new URL(skep.postgresUrl), { pathname: new URL(skep.databases[name].url).pathname }).href;
