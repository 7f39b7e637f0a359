import { type Infrastructure, startInfrastructure } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));

let infra: Infrastructure;
beforeAll(async () => (infra = await startInfrastructure()));
afterAll(() => infra?.close());

const migrate = (env: Readonly<Record<string, string | undefined>>) =>
  new Promise<{ code: unknown; output: string }>((resolve) =>
    execFile(process.execPath, [MAIN, 'migrate'], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    ),
  );

it('`migrate` brings a database to this release without a bus, any number of times, and exits', async () => {
  const env = { ...(await infra.env('registry')), NATS_URL: 'nats://127.0.0.1:1' };
  for (let i = 0; i < 2; i++) {
    const { code, output } = await migrate(env);
    expect(output).toContain('the database of registry is that of this release');
    expect(code).toBe(0);
  }
  expect(await infra.query('registry', 'select 1 from app')).toEqual([]);
});

it('`migrate` says what is wrong with a setting, and fails', async () => {
  const { code, output } = await migrate({ ...(await infra.env('registry')), SKEP_SCHEMA_CHECK: 'perhaps' });
  expect(output).toContain('SKEP_SCHEMA_CHECK');
  expect(code).toBe(1);
});
