// For the scripts that tools/setup/run-as-operator.mjs runs on Node 24, with NATS_URL, NATS_USER and NATS_PASSWORD in the environment.
import { Problem } from '@skep/contracts';
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';
import { problemText } from '../cli/problem-text.mjs';

/** Runs work with the bus and the context of the operator. Prints the error if it fails, and sets the exit code. */
export async function asOperator(name, work) {
  const { NATS_URL, NATS_USER, NATS_PASSWORD } = process.env;
  const connection = await connectNats(name, { NATS_URL, NATS_USER, NATS_PASSWORD }, openLog(name, 'silent')).catch(exitWithError);
  const bus = new Bus(connection, NATS_USER ?? name);
  try {
    await work(bus, newCtx({ actor: 'operator' }));
  } catch (error) {
    console.error(error instanceof Problem ? problemText(error.body) : error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    await bus.close();
  }
}

function exitWithError(error) {
  const message =
    error.name === 'AuthorizationError' ? 'NATS refuses the user operator. Set OPERATOR_NATS_PASSWORD to its password.' : error.message;
  console.error(message);
  process.exit(1);
}
