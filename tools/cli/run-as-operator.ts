import { fileURLToPath } from 'node:url';
import { natsAnswers } from '../start/nats.ts';
import { readPorts } from '../start/ports.ts';
import { readSecrets } from '../start/secrets.ts';
import { dataFolder } from '../start/settings.mjs';
import { execute } from '../setup/execute.mjs';
import { Fault } from '../setup/fault.mjs';
import { NODE } from '../setup/paths.mjs';
import { runNode } from '../setup/run-node.mjs';

const path = (file: string) => fileURLToPath(new URL(`../operator/${file}`, import.meta.url));

type Variables = Record<string, string>;

/** Runs a file of tools/operator/, connected to NATS as the operator. Returns its exit code. */
export async function runAsOperator(file: string, variables: Variables): Promise<number> {
  return runNode([path(file)], { env: await operatorEnv(variables) });
}

/** Runs a file of tools/operator/ that prints JSON, and returns its parsed output. @throws Fault with its output if it fails */
export async function readAsOperator<T>(file: string, variables: Variables): Promise<T> {
  const { code, output } = await execute(NODE, [path(file)], { env: await operatorEnv(variables) });
  if (code !== 0) throw new Fault(output.trim());
  return JSON.parse(output) as T;
}

/** Creates the stream of events and its consumers before the services start, or gives it the settings of this version. @throws Fault */
export async function updateStream(NATS_URL: string, secrets: Readonly<Record<string, string>>, SKEP_STREAM_MAX_BYTES = ''): Promise<void> {
  const user = { NATS_USER: 'operator', NATS_PASSWORD: secrets.OPERATOR_NATS_PASSWORD };
  const { code, output } = await execute(NODE, [path('update-stream.ts')], {
    env: { ...process.env, NATS_URL, ...user, SKEP_STREAM_MAX_BYTES },
  });
  if (code !== 0) throw new Fault(`Could not update the stream of events: ${output.trim()}`);
}

/** @throws Fault if NATS does not answer: a client would wait for it */
async function operatorEnv(variables: Variables): Promise<NodeJS.ProcessEnv> {
  const NATS_URL = operatorNatsUrl();
  if (!(await natsAnswers(NATS_URL))) throw new Fault(`No NATS server answers at ${NATS_URL}. Is Skep running?`);
  const OPERATOR_NATS_PASSWORD = process.env.OPERATOR_NATS_PASSWORD ?? readSecrets(dataFolder()).OPERATOR_NATS_PASSWORD;
  const user = OPERATOR_NATS_PASSWORD ? { NATS_USER: 'operator', NATS_PASSWORD: OPERATOR_NATS_PASSWORD } : {};
  return { ...process.env, NATS_URL, ...user, ...variables };
}

/** NATS_URL, else the URL of the local installation's NATS. @throws Fault if there is neither */
export function operatorNatsUrl(): string {
  const data = dataFolder();
  const { nats } = readPorts(data);
  const url = process.env.NATS_URL ?? (nats && `nats://127.0.0.1:${nats}`);
  if (!url) throw new Fault(`No installation found in ${data}. Run npm start, set SKEP_DATA, or NATS_URL and OPERATOR_NATS_PASSWORD.`);
  return url;
}
