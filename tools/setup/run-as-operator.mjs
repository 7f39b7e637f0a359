import { fileURLToPath } from 'node:url';
import { natsAnswers } from '../start/nats.mjs';
import { readPorts } from '../start/ports.mjs';
import { readSecrets } from '../start/secrets.mjs';
import { dataFolder } from '../start/settings.mjs';
import { execute } from './execute.mjs';
import { Fault } from './fault.mjs';
import { NODE } from './paths.mjs';
import { runNode } from './run-node.mjs';

const path = (file) => fileURLToPath(new URL(`../operator/${file}`, import.meta.url));

/** Runs a file of tools/operator/ on Node 24, connected to NATS as the operator. @returns {Promise<number>} its exit code */
export async function runAsOperator(file, variables) {
  return runNode([path(file)], { env: await operatorEnv(variables) });
}

/** Runs a file of tools/operator/ that prints JSON. @returns {Promise<any>} its parsed output @throws Fault with its output if it fails */
export async function readAsOperator(file, variables) {
  const { code, output } = await execute(NODE, [path(file)], { env: await operatorEnv(variables) });
  if (code !== 0) throw new Fault(output.trim());
  return JSON.parse(output);
}

/** @throws Fault if NATS does not answer: a client would wait for it */
async function operatorEnv(variables) {
  const NATS_URL = operatorNatsUrl();
  if (!(await natsAnswers(NATS_URL))) throw new Fault(`No NATS server answers at ${NATS_URL}. Is Skep running?`);
  const { OPERATOR_NATS_PASSWORD } = { ...readSecrets(dataFolder()), ...process.env };
  const user = OPERATOR_NATS_PASSWORD ? { NATS_USER: 'operator', NATS_PASSWORD: OPERATOR_NATS_PASSWORD } : {};
  return { ...process.env, NATS_URL, ...user, ...variables };
}

/** NATS_URL, else the URL of the local installation's NATS. @throws Fault if there is neither */
export function operatorNatsUrl() {
  const data = dataFolder();
  const { nats } = readPorts(data);
  const url = process.env.NATS_URL ?? (nats && `nats://127.0.0.1:${nats}`);
  if (!url) throw new Fault(`No installation found in ${data}. Run npm start, set SKEP_DATA, or NATS_URL and OPERATOR_NATS_PASSWORD.`);
  return url;
}
