// For the programs that tools/cli/run-as-operator.ts runs, with NATS_URL, NATS_USER and NATS_PASSWORD in the environment.
import type { NatsConnection } from '@nats-io/transport-node';
import { Problem } from '@skep/contracts';
import { Bus, connectNats, type Ctx, newCtx, openLog } from '@skep/platform';
import { messageOf } from '../setup/fault.mjs';
import { stopAsked } from '../setup/stop-signal.mjs';
import { problemText } from '../cli/problem-text.ts';

/** Runs work with the bus and the context of the operator. Prints the error if it fails, and sets the exit code. */
export async function asOperator(name: string, work: (bus: Bus, ctx: Ctx) => Promise<void>): Promise<void> {
  // A connection that waits for NATS does not end otherwise.
  void stopAsked.then(() => process.exit(130));
  const { NATS_URL = '', NATS_USER = '', NATS_PASSWORD = '' } = process.env;
  const connection: NatsConnection = await connectNats(name, { NATS_URL, NATS_USER, NATS_PASSWORD }, openLog(name, 'silent')).catch(
    exitWithError,
  );
  const bus = new Bus(connection, NATS_USER || name);
  try {
    await work(bus, newCtx({ actor: 'operator' }));
  } catch (error) {
    console.error(error instanceof Problem ? problemText(error.body) : messageOf(error));
    process.exitCode = 1;
  } finally {
    await bus.close();
  }
}

function exitWithError(error: unknown): never {
  const isRefused = error instanceof Error && error.name === 'AuthorizationError';
  console.error(isRefused ? 'NATS refuses the user operator. Set OPERATOR_NATS_PASSWORD to its password.' : messageOf(error));
  process.exit(1);
}
