// Run by tools/skep/keys.mjs, with WARM_UP_SECONDS in its environment where the old keys may stay for the tokens that they have signed.
import { auth } from '@skep/contracts';
import { asOperator } from './bus.mjs';

const { WARM_UP_SECONDS } = process.env;
await asOperator('keys', async (bus, ctx) => {
  if (WARM_UP_SECONDS) {
    const { kid, signs_from } = await bus.call(auth.rotateSigningKey, ctx, { warm_up_seconds: Number(WARM_UP_SECONDS) });
    console.log(`The key ${kid} is published, and signs from ${signs_from.toISOString()} on.`);
  } else {
    const { kid } = await bus.call(auth.withdrawSigningKeys, ctx, {});
    console.log(`The key ${kid} signs now. What older keys have signed is refused; people stay signed in by their refresh tokens.`);
  }
});
