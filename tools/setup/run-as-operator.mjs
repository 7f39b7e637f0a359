import { fileURLToPath } from 'node:url';
import { readPorts } from '../start/ports.mjs';
import { readSecrets } from '../start/secrets.mjs';
import { dataFolder } from '../start/settings.mjs';
import { Fault } from './fault.mjs';
import { runNode } from './run-node.mjs';

/** Runs a file of tools/operator/ on Node 24 with what the operator connects with. @returns {Promise<number>} its exit code */
export async function runAsOperator(file, more) {
  const data = dataFolder();
  const { nats } = readPorts(data);
  const NATS_URL = process.env.NATS_URL ?? (nats && `nats://127.0.0.1:${nats}`);
  if (!NATS_URL) throw new Fault(`There is no installation in ${data} yet. Run npm start, or set SKEP_DATA.`);
  const { OPERATOR_NATS_PASSWORD } = { ...readSecrets(data), ...process.env };
  const user = OPERATOR_NATS_PASSWORD ? { NATS_USER: 'operator', NATS_PASSWORD: OPERATOR_NATS_PASSWORD } : {};
  const env = { ...process.env, NATS_URL, ...user, ...more };
  return runNode([fileURLToPath(new URL(`../operator/${file}`, import.meta.url))], { env });
}
