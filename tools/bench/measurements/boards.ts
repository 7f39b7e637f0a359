import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../setup/fault.mjs';
import { startBare } from '../chatters.ts';
import { offerModel, signUpCoachee } from '../coachees.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { progress } from '../progress.ts';
import { readEvents } from '../read-events.ts';
import type { Skep } from '../skep.ts';
import { percentile } from '../statistics.ts';

const PEOPLE = 125;
/** A person has at most one board of a kind at a time. */
const KINDS = ['daily', 'weekly'] as const;
const BOARDS = PEOPLE * KINDS.length;
const WORDS_PER_SECOND = 10;
/** A service works on 100 runs at once. */
const COPIES = 2;
const PAUSE_MS = 150;

export const description = `${BOARDS} boards of the coach that show ${WORDS_PER_SECOND} events/s each to their readers`;

interface Delays extends Row {
  words: number;
  p50: number;
  p99: number;
  most: number;
  lost: number;
}

const COLUMNS: Column<Delays>[] = [
  { head: 'events', value: ({ words }) => words, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
  { head: 'longest ms', value: ({ most }) => most, digits: 0 },
  { head: 'lost', value: ({ lost }) => lost, digits: 0 },
];

export const run: Measurement['run'] = async (skep, { seconds }) => {
  const words = Math.ceil(((BOARDS * PAUSE_MS) / 1_000 + seconds) * WORDS_PER_SECOND);
  const text = `say ${words} every ${1_000 / WORDS_PER_SECOND} after 0`;
  const model = await startBare(skep, 'model', { ARGS: JSON.stringify({ cards: [{ type: 'summary', title: 'Today', text }] }) });
  await offerModel(skep, model.url);
  for (let n = 0; n < COPIES; n++) await skep.startCopy('coach');
  const people: string[] = [];
  while (people.length < PEOPLE) people.push((await signUpCoachee(skep)).token);
  progress(`boards: ${PEOPLE} people have signed up`);
  const delays: number[] = [];
  let [heard, isMeasuring] = [0, false];
  const hear = (sentAt: number) => {
    heard++;
    if (isMeasuring) delays.push(Date.now() - sentAt);
  };
  const boards: Promise<string | undefined>[] = [];
  for (const token of people)
    for (const kind of KINDS) {
      boards.push(readBoard(skep, token, kind, hear).catch((error: unknown) => messageOf(error)));
      await sleep(PAUSE_MS);
    }
  isMeasuring = true;
  const failures = (await Promise.all(boards)).filter((failure) => failure !== undefined);
  progress(`boards: ${delays.length} events, ${failures.length} boards failed`);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(delays, share)) as [number, number, number];
  const lost = BOARDS * words - heard;
  const results: Record<string, Delays> = {
    boards: { words: delays.length, p50, p99, most, lost, failed: failures.length, failure: failures[0] },
  };
  return {
    title: `Parts of ${BOARDS} boards at once, ${WORDS_PER_SECOND}/s each, from the model to the reader`,
    results,
    columns: COLUMNS as Column<Row>[],
    targets: [
      { name: 'from the model to the reader, p99 ms', value: p99, atMost: 250 },
      { name: 'lost parts', value: lost, atMost: 0 },
    ],
  };
};

/** Reads a new board to its end. Returns what is wrong with that. */
async function readBoard(skep: Skep, token: string, kind: string, hear: (sentAt: number) => void): Promise<string | undefined> {
  let end = 'it has no end';
  const headers = { authorization: `Bearer ${token}` };
  const input = { kind, client_request_id: randomUUID() };
  const { ended } = await readEvents(`${skep.url}/user_states/boards/stream`, headers, input, (event, data) => {
    if (event === 'board.completed' || event === 'error') end = event === 'error' ? data : '';
    if (event !== 'card.delta') return;
    for (const word of (JSON.parse(data) as { text: string }).text.split(' ')) if (word) hear(Number(word));
  });
  await ended;
  return end || undefined;
}
