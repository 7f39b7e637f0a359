// Run by tools/skep/keys.ts. With WARM_UP_SECONDS in its environment, tokens signed by older keys stay valid; without it they are revoked.
import { auth } from '@skep/contracts/auth';
import { asOperator } from './bus.ts';

const { WARM_UP_SECONDS } = process.env;
await asOperator('keys', async (bus, ctx) => {
  if (WARM_UP_SECONDS) {
    const { kid, signs_from } = await bus.call(auth.rotateSigningKey, ctx, { warm_up_seconds: Number(WARM_UP_SECONDS) });
    console.log(`Published the key ${kid}. It signs from ${signs_from.toISOString()}.`);
  } else {
    const { kid } = await bus.call(auth.withdrawSigningKeys, ctx, {});
    console.log(`The key ${kid} signs now. Tokens signed by older keys are refused; users stay signed in through their refresh tokens.`);
  }
});
