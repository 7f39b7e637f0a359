import { freePort } from '@skep/platform/free-port';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../setup/paths.mjs';
import { type AppProcess, startAppProcess } from '../start/app-process.ts';
import { systemEnv } from '../start/apps.ts';
import { logIn } from './client.ts';
import { connected } from './database.ts';
import type { Skep } from './skep.ts';

/**
 * Starts a service and a gateway of the gateway's tests, from a folder of `apps/api-gateway/test`. Returns the gateway's address and process id, and
 * headers of requests of a service, which no limit counts, on behalf of a user.
 */
export async function startTestApi(
  skep: Skep,
  folder: string,
  service: string,
  env: { service?: Record<string, string>; gateway?: Record<string, string> } = {},
) {
  const database = `bench_${service}`;
  await connected(skep.postgresUrl, (admin) => admin.query(`create database ${database}`));
  const port = await freePort();
  const shared = {
    NATS_URL: skep.natsUrl,
    NATS_USER: 'operator',
    NATS_PASSWORD: skep.secrets.OPERATOR_NATS_PASSWORD,
    MANAGEMENT_PORT: '0',
    LOG_LEVEL: 'error',
  };
  const DATABASE_URL = Object.assign(new URL(skep.postgresUrl), { pathname: `/${database}` }).href;
  const entryOf = (name: string) => pathToFileURL(join(ROOT, `apps/api-gateway/dist/test/${folder}/${name}.js`)).href;
  const start = async (name: string, entry: string, more: Record<string, string>): Promise<AppProcess> => {
    const app = startAppProcess({ waves: [[{ name, entry: entryOf(entry), env: { ...shared, ...more } }]], env: systemEnv(process.env) });
    skep.beforeStop(() => app.stop());
    await app.started;
    return app;
  };
  await start(service, service, { DATABASE_URL, ...env.service });
  const gateway = { PORT: String(port), SKEP_SERVICE_TOKEN: skep.secrets.SKEP_SERVICE_TOKEN, SKEP_RATE_LIMITS: 'off', ...env.gateway };
  const { pid } = await start('api-gateway', 'main', gateway);
  const { access_token } = await logIn(skep);
  const me = await skep.http('GET', '/v1/auth/me', { token: access_token });
  const headers = {
    'x-service-token': skep.secrets.SKEP_SERVICE_TOKEN,
    'x-acting-user': (me as { imperal_id: string }).imperal_id,
  };
  return { url: `http://127.0.0.1:${port}`, pid, headers };
}
