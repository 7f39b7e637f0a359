// Run by tools/skep/status.ts, with CONTEXTS in its environment. Prints JSON: the readiness of every process of each service, and the number
// of events that each consumer has yet to consume, and how full the stream of events is.
import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { STREAM, type StreamState } from '@skep/platform';
import { asOperator } from './bus.ts';
import { type ProcessStatus, readProcesses } from './processes.ts';

export interface OperatorStatus {
  /** By the context of their service. */
  processes: Record<string, ProcessStatus[]>;
  consumers: { name: string; pending: number; in_hand: number }[];
  /** Absent until the first service creates it. */
  stream?: StreamState;
}

await asOperator('status', async ({ connection }) => {
  const contexts = (process.env.CONTEXTS ?? '').split(',');
  const [processes, stream] = await Promise.all([Promise.all(contexts.map((context) => readProcesses(connection, context))), readStream()]);
  const status: OperatorStatus = { processes: Object.fromEntries(contexts.map((context, i) => [context, processes[i] ?? []])), ...stream };
  console.log(JSON.stringify(status));

  /** Without a stream if it does not exist yet. The first service creates it. */
  async function readStream(): Promise<Pick<OperatorStatus, 'consumers' | 'stream'>> {
    const { consumers, streams } = await jetstreamManager(connection);
    const found: OperatorStatus['consumers'] = [];
    let stream: StreamState | undefined;
    for await (const info of streams.list()) {
      if (info.config.name !== STREAM) continue;
      stream = toState(info);
      for await (const { name, num_pending, num_ack_pending } of consumers.list(STREAM))
        found.push({ name, pending: num_pending, in_hand: num_ack_pending });
    }
    return { consumers: found.sort((a, b) => a.name.localeCompare(b.name)), ...(stream && { stream }) };
  }
});

function toState({ state: { bytes, messages }, config: { max_bytes } }: StreamInfo): StreamState {
  return { bytes, max_bytes, messages };
}
