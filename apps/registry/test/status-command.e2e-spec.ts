import { portal } from '@skep/contracts';
import { type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { start } from '../src/main.js';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));

interface Status {
  ready: boolean;
  parts: { part: string; state: string; processes?: number; outbox_age_ms?: number }[];
  consumers: { name: string; pending: number; in_hand: number }[];
}

let harness: ServiceHarness;
beforeAll(async () => {
  harness = await startService('registry', start);
}, 60_000);
afterAll(() => harness?.close());

/** `npm run skep -- status --json` where registry alone runs, and so fails always. */
async function status(more: Record<string, string> = {}): Promise<{ stderr: string; said: Status | undefined; code: number }> {
  const { NATS_URL, NATS_PASSWORD } = harness.infra.nats.user('operator');
  const env = { PATH: process.env['PATH'], SKEP_URL: 'http://127.0.0.1:1', NATS_URL, OPERATOR_NATS_PASSWORD: NATS_PASSWORD, ...more };
  const failed = (await promisify(execFile)(process.execPath, [SKEP, 'status', '--json'], { env }).catch((error: unknown) => error)) as {
    stdout: string;
    stderr: string;
    code: number;
  };
  return { ...failed, said: failed.stdout ? (JSON.parse(failed.stdout) as Status) : undefined };
}
const registry = async () => (await status()).said?.parts.find(({ part }) => part === 'registry');

it('tells the parts that run from those that do not, and fails', async () => {
  const { said, code } = await status();
  expect(code).toBe(1);
  expect(said).toMatchObject({ ready: false });
  expect(Object.fromEntries(said!.parts.map(({ part, state }) => [part, state]))).toMatchObject({
    ...{ postgres: 'ready', nats: 'ready', registry: 'ready' },
    ...{ billing: 'down', kernel: 'down', 'api-gateway': 'down' },
  });
});

it('counts the processes of a service, and tells how long the oldest event of their outbox waits', async () => {
  const second = await harness.startCopy();
  expect(await registry()).toEqual({ part: 'registry', state: 'ready', processes: 2, outbox_age_ms: 0 });
  await second.stop();
  // Where the stream does not take it, an event stays in the outbox.
  await harness.query(
    `insert into outbox (subject, ctx, payload, created_at) values ('nowhere.at.all', '{}', '{}', now() - interval '1 hour')`,
  );
  const waiting = await registry();
  expect([waiting?.processes, Math.round(waiting!.outbox_age_ms! / 600_000)]).toEqual([1, 6]);
});

it('counts the events that a service which is away has yet to take', async () => {
  await harness.stop();
  await harness.publish(portal.appApproved, {} as never);
  await waitUntil('the event to be counted', async () => {
    const { said } = await status();
    return said?.consumers.some(({ name, pending }) => name === 'registry-portal-appApproved' && pending === 1);
  });
  expect(await registry()).toEqual({ part: 'registry', state: 'down', processes: 0 });
});

it('says in a sentence that the password of the operator is wrong', async () => {
  expect(await status({ OPERATOR_NATS_PASSWORD: 'wrong' })).toMatchObject({
    code: 1,
    stderr: 'NATS refuses the operator. Set OPERATOR_NATS_PASSWORD to their password.\n',
  });
});
