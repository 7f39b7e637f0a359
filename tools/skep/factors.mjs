import { Fault } from '../setup/fault.mjs';
import { runAsOperator } from '../setup/run-as-operator.mjs';

export const summary = 'Removes the second factors of a person who has lost them all, and ends their sessions; the password stays';
export const usage = 'factors remove EMAIL [TENANT]';

export async function run([action, EMAIL, TENANT = 'default', ...more]) {
  if (action !== 'remove' || !EMAIL || more.length) throw new Fault(`Say: npm run skep -- ${usage}`);
  return runAsOperator('remove-factors.mjs', { EMAIL, TENANT });
}
