// Run by tools/skep/status.mjs, with CONTEXTS in its environment. Prints JSON: what every process of each service says of itself, and how many
// events each consumer has before it.
import { jetstreamManager } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { statusSubject } from '@skep/platform';
import { asOperator } from './bus.mjs';

const WAIT_MS = 2_000;
/** Processes of one service answer this close to each other. */
const STALL_MS = 300;
const STREAM = 'events';

await asOperator('status', async ({ connection }) => {
  const contexts = process.env.CONTEXTS.split(',');
  const [processes, consumers] = await Promise.all([Promise.all(contexts.map(ask)), lag()]);
  console.log(JSON.stringify({ processes: Object.fromEntries(contexts.map((context, i) => [context, processes[i]])), consumers }));

  async function ask(context) {
    const answers = [];
    const options = { strategy: 'stall', stall: STALL_MS, maxWait: WAIT_MS };
    try {
      for await (const message of await connection.requestMany(statusSubject(context), '', options)) answers.push(message.json());
    } catch (error) {
      if (!(error instanceof errors.NoRespondersError)) throw error;
    }
    return answers;
  }

  /** Without the stream, which the first service makes, there are none. */
  async function lag() {
    const { consumers, streams } = await jetstreamManager(connection);
    const found = [];
    for await (const stream of streams.names())
      if (stream === STREAM)
        for await (const { name, num_pending, num_ack_pending } of consumers.list(stream))
          found.push({ name, pending: num_pending, in_hand: num_ack_pending });
    return found.sort((a, b) => a.name.localeCompare(b.name));
  }
});
