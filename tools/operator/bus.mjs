// For what tools/skep/ runs on Node 24, with NATS_URL, NATS_USER and NATS_PASSWORD in its environment: see tools/setup/run-as-operator.mjs.
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';

/** Gives work the bus and the context of the operator, and says what went wrong. */
export async function asOperator(name, work) {
  const { NATS_URL, NATS_USER, NATS_PASSWORD } = process.env;
  const bus = new Bus(await connectNats(name, { NATS_URL, NATS_USER, NATS_PASSWORD }, openLog(name, 'silent')), NATS_USER ?? name);
  try {
    await work(bus, newCtx({ actor: 'operator' }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    await bus.close();
  }
}
