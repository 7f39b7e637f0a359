// Run by tools/skep/status.ts, with CONTEXTS in its environment. Prints JSON: the readiness of every process of each service, and the number
// of events that each consumer has yet to consume.
import { jetstreamManager } from '@nats-io/jetstream';
import { errors, type RequestManyOptions } from '@nats-io/transport-node';
import { type Readiness, statusSubject } from '@skep/platform';
import { asOperator } from './bus.ts';

const WAIT_MS = 2_000;
/** After this long without a further answer, all processes of a service have answered. */
const STALL_MS = 300;
const STREAM = 'events';

/** What every process of a service answers. */
export type ProcessStatus = Readiness & { now: number };

export interface OperatorStatus {
  /** By the context of their service. */
  processes: Record<string, ProcessStatus[]>;
  consumers: { name: string; pending: number; in_hand: number }[];
}

await asOperator('status', async ({ connection }) => {
  const contexts = (process.env.CONTEXTS ?? '').split(',');
  const [processes, consumers] = await Promise.all([Promise.all(contexts.map(readProcesses)), readConsumers()]);
  const status: OperatorStatus = { processes: Object.fromEntries(contexts.map((context, i) => [context, processes[i] ?? []])), consumers };
  console.log(JSON.stringify(status));

  async function readProcesses(context: string): Promise<ProcessStatus[]> {
    const answers: ProcessStatus[] = [];
    const options: RequestManyOptions = { strategy: 'stall', stall: STALL_MS, maxWait: WAIT_MS };
    try {
      for await (const message of await connection.requestMany(statusSubject(context), '', options))
        answers.push(message.json<ProcessStatus>());
    } catch (error) {
      if (!(error instanceof errors.NoRespondersError)) throw error;
    }
    return answers;
  }

  /** Empty if the stream does not exist yet. The first service creates it. */
  async function readConsumers(): Promise<OperatorStatus['consumers']> {
    const { consumers, streams } = await jetstreamManager(connection);
    const found: OperatorStatus['consumers'] = [];
    for await (const stream of streams.names())
      if (stream === STREAM)
        for await (const { name, num_pending, num_ack_pending } of consumers.list(stream))
          found.push({ name, pending: num_pending, in_hand: num_ack_pending });
    return found.sort((a, b) => a.name.localeCompare(b.name));
  }
});
