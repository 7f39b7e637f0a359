// Run by tools/skep/keys.mjs on Node 24, with NATS_URL, NATS_USER, NATS_PASSWORD and WARM_UP_SECONDS in its environment.
import { auth } from '@skep/contracts';
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';

const { NATS_URL, NATS_USER, NATS_PASSWORD, WARM_UP_SECONDS } = process.env;
const bus = new Bus(await connectNats('keys', { NATS_URL, NATS_USER, NATS_PASSWORD }, openLog('keys', 'silent')), NATS_USER ?? 'keys');
try {
  const input = { warm_up_seconds: Number(WARM_UP_SECONDS) };
  const { kid, signs_from } = await bus.call(auth.rotateSigningKey, newCtx({ actor: 'operator' }), input);
  console.log(`The key ${kid} is published, and signs from ${signs_from.toISOString()} on.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await bus.close();
}
