// Run by tools/skep/status.mjs, with CONTEXTS in its environment. Prints JSON: the readiness of every process of each service, and the number
// of events that each consumer has yet to consume.
import { jetstreamManager } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { statusSubject } from '@skep/platform';
import { asOperator } from './bus.mjs';

const WAIT_MS = 2_000;
/** After this long without a further answer, all processes of a service have answered. */
const STALL_MS = 300;
const STREAM = 'events';

await asOperator('status', async ({ connection }) => {
  const contexts = process.env.CONTEXTS.split(',');
  const [processes, consumers] = await Promise.all([Promise.all(contexts.map(readProcesses)), readConsumers()]);
  console.log(JSON.stringify({ processes: Object.fromEntries(contexts.map((context, i) => [context, processes[i]])), consumers }));

  async function readProcesses(context) {
    const answers = [];
    const options = { strategy: 'stall', stall: STALL_MS, maxWait: WAIT_MS };
    try {
      for await (const message of await connection.requestMany(statusSubject(context), '', options)) answers.push(message.json());
    } catch (error) {
      if (!(error instanceof errors.NoRespondersError)) throw error;
    }
    return answers;
  }

  /** Empty if the stream does not exist yet. The first service creates it. */
  async function readConsumers() {
    const { consumers, streams } = await jetstreamManager(connection);
    const found = [];
    for await (const stream of streams.names())
      if (stream === STREAM)
        for await (const { name, num_pending, num_ack_pending } of consumers.list(stream))
          found.push({ name, pending: num_pending, in_hand: num_ack_pending });
    return found.sort((a, b) => a.name.localeCompare(b.name));
  }
});
