// For what tools/skep/ runs on Node 24, with NATS_URL, NATS_USER and NATS_PASSWORD in its environment: see tools/setup/run-as-operator.mjs.
import { Problem } from '@skep/contracts';
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';
import { sentenceOf } from '../cli/sentence-of.mjs';

/** Gives work the bus and the context of the operator, and says what went wrong. */
export async function asOperator(name, work) {
  const { NATS_URL, NATS_USER, NATS_PASSWORD } = process.env;
  const connection = await connectNats(name, { NATS_URL, NATS_USER, NATS_PASSWORD }, openLog(name, 'silent')).catch(refuse);
  const bus = new Bus(connection, NATS_USER ?? name);
  try {
    await work(bus, newCtx({ actor: 'operator' }));
  } catch (error) {
    console.error(error instanceof Problem ? sentenceOf(error.body) : error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    await bus.close();
  }
}

function refuse(error) {
  const sentence =
    error.name === 'AuthorizationError' ? 'NATS refuses the operator. Set OPERATOR_NATS_PASSWORD to their password.' : error.message;
  console.error(sentence);
  process.exit(1);
}
