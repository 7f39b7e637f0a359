import { fileURLToPath } from 'node:url';
import { readPorts } from '../start/ports.mjs';
import { readSecrets } from '../start/secrets.mjs';
import { dataFolder } from '../start/settings.mjs';
import { Fault } from '../setup/fault.mjs';
import { runNode } from '../setup/run-node.mjs';

const WARM_UP_SECONDS = 3600;

export const summary =
  'Replaces the key that signs access tokens: in an hour, or --now, or (compromised) refusing at once all that older keys have signed';
export const usage = 'keys rotate [--now] | keys compromised';

export async function run([action, ...options]) {
  const compromised = action === 'compromised';
  const now = action === 'rotate' && options.includes('--now');
  if ((action !== 'rotate' && !compromised) || options.length > (now ? 1 : 0)) throw new Fault(`Say: npm run skep -- ${usage}`);
  const data = dataFolder();
  const { nats } = readPorts(data);
  const NATS_URL = process.env.NATS_URL ?? (nats && `nats://127.0.0.1:${nats}`);
  if (!NATS_URL) throw new Fault(`There is no installation in ${data} yet. Run npm start, or set SKEP_DATA.`);
  const { OPERATOR_NATS_PASSWORD } = { ...readSecrets(data), ...process.env };
  const user = OPERATOR_NATS_PASSWORD ? { NATS_USER: 'operator', NATS_PASSWORD: OPERATOR_NATS_PASSWORD } : {};
  const env = { ...process.env, NATS_URL, ...user, WARM_UP_SECONDS: compromised ? '' : String(now ? 0 : WARM_UP_SECONDS) };
  process.exitCode = await runNode([fileURLToPath(new URL('../keys/replace.mjs', import.meta.url))], { env });
}
