import { DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStream } from '../ensure-stream.js';

/** The JetStream stream that keeps the events of runs for a while, so that they can be read again. */
export const RUN_LOG = 'runs';
const HOUR_NS = 3600 * 1e9;
const MAX_BYTES = 1 << 30;

/** The subject on which a service publishes the events of its runs: many of them, of many runs, in each message. */
export const runSubject = (context: string): string => `run.${context}`;

/** The type of the entry that announces the end of a run, and holds nothing else: how it ended is in Postgres. */
export const END = 'run.ended';
/** The type of the event that says that an attempt left a step unfinished. */
export const INTERRUPTED = 'run.interrupted';

/**
 * An event as the log has it: run, attempt, number, type and data. The events of an attempt are numbered from 1 without gaps. A reader takes
 * them in the order of the log, and none of an attempt older than one that it has seen. So numbers need no agreement between processes, and
 * what a process publishes after another took over its run is not read.
 */
export type LogEntry = [run: string, attempt: number, number: number, type: string, data: unknown];

/** Creates the stream if it does not exist. The oldest messages give way to new ones: a reader of theirs learns that events are missing. */
export const ensureRunLog = (connection: NatsConnection): Promise<void> =>
  ensureStream(connection, {
    name: RUN_LOG,
    subjects: ['run.>'],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    storage: StorageType.File,
    max_age: HOUR_NS,
    max_bytes: MAX_BYTES,
  });
