import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../setup/fault.mjs';
import { signUpChatters, startBare } from '../chatters.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { progress } from '../progress.ts';
import { percentile } from '../statistics.ts';

const PEOPLE = 25;
const EACH = 10;
const WORDS_PER_SECOND = 10;
/** An agent works on 100 turns at once. */
const COPIES = 2;
/** Turns begin one after the other: to begin one costs a tenth of a second of processor time. */
const PAUSE_MS = 150;

export const description = `${PEOPLE * EACH} turns of agents that show ${WORDS_PER_SECOND} words/s each to their readers`;

interface Delays extends Row {
  words: number;
  p50: number;
  p99: number;
  most: number;
  lost: number;
}

const COLUMNS: Column<Delays>[] = [
  { head: 'words', value: ({ words }) => words, digits: 0 },
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 1 },
  { head: 'longest ms', value: ({ most }) => most, digits: 0 },
  { head: 'lost', value: ({ lost }) => lost, digits: 0 },
];

export const run: Measurement['run'] = async (skep, { seconds }) => {
  const model = await startBare(skep, 'model');
  const people = await signUpChatters(skep, model.url, PEOPLE);
  for (let n = 0; n < COPIES; n++) await skep.startCopy('agent');
  const all = people.flatMap((chatter) => Array.from({ length: EACH }, () => chatter));
  const words = Math.ceil(((all.length * PAUSE_MS) / 1_000 + seconds) * WORDS_PER_SECOND);
  const delays: number[] = [];
  let [heard, isMeasuring] = [0, false];
  const hear = (sentAt: number) => {
    heard++;
    if (isMeasuring) delays.push(Date.now() - sentAt);
  };
  const turns: Promise<unknown>[] = [];
  for (const chatter of all) {
    turns.push(chatter(`say ${words} every ${1_000 / WORDS_PER_SECOND} after 0`, hear).catch((error: unknown) => messageOf(error)));
    await sleep(PAUSE_MS);
  }
  isMeasuring = true;
  const ended = await Promise.all(turns);
  const failures = ended.filter((failure) => typeof failure === 'string');
  const failed = failures.length;
  progress(`turn-streams: ${delays.length} words, ${failed} turns failed`);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(delays, share)) as [number, number, number];
  const lost = turns.length * words - heard;
  const results: Record<string, Delays> = { turns: { words: delays.length, p50, p99, most, lost, failed, failure: failures[0] } };
  return {
    title: `Words of ${turns.length} turns at once, ${WORDS_PER_SECOND}/s each, from the model to the reader`,
    results,
    columns: COLUMNS as Column<Row>[],
    targets: [
      { name: 'from the model to the reader, p99 ms', value: p99, atMost: 250 },
      { name: 'lost words', value: lost, atMost: 0 },
    ],
  };
};
