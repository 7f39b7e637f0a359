// Run by tools/skep/keys.mjs on Node 24, with NATS_URL, NATS_USER and NATS_PASSWORD in its environment, and with
// WARM_UP_SECONDS where the old keys may stay for the tokens that they have signed.
import { auth } from '@skep/contracts';
import { Bus, connectNats, newCtx, openLog } from '@skep/platform';

const { NATS_URL, NATS_USER, NATS_PASSWORD, WARM_UP_SECONDS } = process.env;
const bus = new Bus(await connectNats('keys', { NATS_URL, NATS_USER, NATS_PASSWORD }, openLog('keys', 'silent')), NATS_USER ?? 'keys');
const ctx = newCtx({ actor: 'operator' });
try {
  if (WARM_UP_SECONDS) {
    const { kid, signs_from } = await bus.call(auth.rotateSigningKey, ctx, { warm_up_seconds: Number(WARM_UP_SECONDS) });
    console.log(`The key ${kid} is published, and signs from ${signs_from.toISOString()} on.`);
  } else {
    const { kid } = await bus.call(auth.withdrawSigningKeys, ctx, {});
    console.log(`The key ${kid} signs now. What older keys have signed is refused; people stay signed in by their refresh tokens.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await bus.close();
}
