import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../setup/fault.mjs';
import type { Column, Measured, Row } from './measurement.ts';
import { progress } from './progress.ts';
import { percentile } from './statistics.ts';

/** How often each stream shows something. */
export const WORDS_PER_SECOND = 10;
/** A service works on 100 runs at once. */
export const COPIES = 2;
/** Streams begin one after the other: to begin one costs a tenth of a second of processor time. */
const PAUSE_MS = 150;

/** How many words each of so many streams needs, so that all of them are read together for some seconds. */
export const wordsOf = (streams: number, seconds: number): number => Math.ceil(((streams * PAUSE_MS) / 1_000 + seconds) * WORDS_PER_SECOND);

/** What lets the scripted model say them. */
export const scriptOf = (words: number): string => `say ${words} every ${1_000 / WORDS_PER_SECOND} after 0`;

interface Delays extends Row {
  words: number;
  p50: number;
  p99: number;
  most: number;
  lost: number;
}

interface Streams {
  /** Name of the measurement, and of what is shown: "words". */
  name: string;
  parts: string;
  /** Name of the streams: "turns". */
  of: string;
  /** How many words each has. */
  words: number;
  /** Each reads a stream to its end, and gives `onWord` the time at which the model sent each word. Rejects if the stream has no end. */
  read: ((onWord: (sentAt: number) => void) => Promise<unknown>)[];
}

/** Measures how long words take from the model to their readers, once all streams have begun. */
export async function measureStreams({ name, parts, of, words, read }: Streams): Promise<Measured> {
  const delays: number[] = [];
  let [heard, isMeasuring] = [0, false];
  const onWord = (sentAt: number) => {
    heard++;
    if (isMeasuring) delays.push(Date.now() - sentAt);
  };
  const streams: Promise<string | undefined>[] = [];
  for (const each of read) {
    streams.push(each(onWord).then(() => undefined, messageOf));
    await sleep(PAUSE_MS);
  }
  isMeasuring = true;
  const failures = (await Promise.all(streams)).filter((failure) => failure !== undefined);
  progress(`${name}: ${delays.length} ${parts}, ${failures.length} ${of} failed`);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(delays, share)) as [number, number, number];
  const lost = streams.length * words - heard;
  const result: Delays = { words: delays.length, p50, p99, most, lost, failed: failures.length, failure: failures[0] };
  const columns: Column<Delays>[] = [
    { head: parts, value: (row) => row.words, digits: 0 },
    { head: 'p50 ms', value: (row) => row.p50, digits: 1 },
    { head: 'p99 ms', value: (row) => row.p99, digits: 1 },
    { head: 'longest ms', value: (row) => row.most, digits: 0 },
    { head: 'lost', value: (row) => row.lost, digits: 0 },
  ];
  return {
    title: `The ${parts} of ${streams.length} ${of} at once, ${WORDS_PER_SECOND}/s each, from the model to the reader`,
    results: { [of]: result },
    columns: columns as Column<Row>[],
    targets: [
      { name: 'from the model to the reader, p99 ms', value: p99, atMost: 250 },
      { name: `lost ${parts}`, value: lost, atMost: 0 },
    ],
  };
}
