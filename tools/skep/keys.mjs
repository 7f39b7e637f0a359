import { Fault } from '../setup/fault.mjs';
import { runAsOperator } from '../setup/run-as-operator.mjs';

const WARM_UP_SECONDS = 3600;

export const summary =
  'Replaces the key that signs access tokens: in an hour, or --now, or (compromised) refusing at once all that older keys have signed';
export const usage = 'keys rotate [--now] | keys compromised';

export async function run([action, ...options]) {
  const compromised = action === 'compromised';
  const now = action === 'rotate' && options.includes('--now');
  if ((action !== 'rotate' && !compromised) || options.length > (now ? 1 : 0)) throw new Fault(`Say: npm run skep -- ${usage}`);
  return runAsOperator('replace-keys.mjs', { WARM_UP_SECONDS: compromised ? '' : String(now ? 0 : WARM_UP_SECONDS) });
}
