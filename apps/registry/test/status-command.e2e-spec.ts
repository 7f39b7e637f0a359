import { portal } from '@skep/contracts/portal';
import { runProgram, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { start } from '../src/main.js';

interface Status {
  ready: boolean;
  parts: { part: string; state: string; processes?: number; outbox_age_ms?: number }[];
  consumers: { name: string; pending: number; in_hand: number }[];
  stream?: { bytes: number; max_bytes: number; messages: number };
  warnings: string[];
}

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));
let harness: ServiceHarness;
beforeAll(async () => {
  harness = await startService('registry', start);
});
afterAll(() => harness?.close());

/** Runs `npm run skep -- status --json`. It always fails here, because only the registry runs. */
async function status(more: Record<string, string> = {}): Promise<{ stderr: string; report: Status | undefined; code: number }> {
  const { NATS_URL, NATS_PASSWORD } = harness.infra.nats.user('operator');
  const env = { SKEP_URL: 'http://127.0.0.1:1', NATS_URL, OPERATOR_NATS_PASSWORD: NATS_PASSWORD, ...more };
  const { stdout, ...ran } = await runProgram([SKEP, 'status', '--json'], env);
  return { ...ran, report: stdout ? (JSON.parse(stdout) as Status) : undefined };
}
const registry = async () => (await status()).report?.parts.find(({ part }) => part === 'registry');

it('lists the parts that run and those that do not, and fails', async () => {
  const { report, code } = await status();
  expect(code).toBe(1);
  expect(report).toMatchObject({ ready: false });
  expect(Object.fromEntries(report!.parts.map(({ part, state }) => [part, state]))).toMatchObject({
    ...{ postgres: 'ready', nats: 'ready', registry: 'ready' },
    ...{ billing: 'down', kernel: 'down', 'api-gateway': 'down' },
  });
});

it('counts the processes of a service, and reports the age of the oldest event in their outbox', async () => {
  const second = await harness.startCopy();
  expect(await registry()).toEqual({ part: 'registry', state: 'ready', processes: 2, outbox_age_ms: 0 });
  await second.stop();
  // No stream has this subject, so the event stays in the outbox.
  await harness.query(
    `insert into outbox (subject, ctx, payload, created_at) values ('nowhere.at.all', '{}', '{}', now() - interval '1 hour')`,
  );
  const waiting = await registry();
  expect([waiting?.processes, Math.round(waiting!.outbox_age_ms! / 600_000)]).toEqual([1, 6]);
});

it('counts the events that wait for a stopped service', async () => {
  await harness.stop();
  await harness.publish(portal.appApproved, {} as never);
  await waitUntil('the event to be counted', async () => {
    const { report } = await status();
    return report?.consumers.some(({ name, pending }) => name === 'registry-portal-appApproved' && pending === 1);
  });
  expect(await registry()).toEqual({ part: 'registry', state: 'down', processes: 0 });
});

it('update-stream gives the stream the settings of this version, and keeps its events', async () => {
  const api = async (call: string, body = {}) =>
    (await harness.bus.connection.request(`$JS.API.STREAM.${call}.events`, JSON.stringify(body))).json<{
      config: object;
      error?: object;
    }>();
  const { config } = await api('INFO');
  const earlier = { ...config, retention: 'limits', discard: 'old', max_bytes: -1, max_age: 0 };
  const { NATS_URL, NATS_PASSWORD } = harness.infra.nats.user('operator');
  const env = { NATS_URL, OPERATOR_NATS_PASSWORD: NATS_PASSWORD };
  const update = async () => (await runProgram([SKEP, 'update-stream'], env)).stdout;
  if ((await api('UPDATE', earlier)).error) {
    // nats-server 2.9 cannot change the retention, in either direction.
    await api('DELETE');
    await api('CREATE', earlier);
    return expect(await update()).toMatch(/^This nats-server cannot change retention, discard /);
  }
  expect(await update()).toMatch(
    /^Changed retention, discard, max_age, max_bytes of the stream of events\. Created the consumers agent-auth-userErased, agent-nodes-commandAsked, auth-gateway-/,
  );
  expect((await api('INFO')).config).toEqual(config);
  expect(await update()).toBe('The stream of events already has these settings.\n');
  expect((await status()).report?.stream).toMatchObject({ max_bytes: 6_000_000_000, messages: 1 });
});

it('prints one sentence for a wrong operator password', async () => {
  expect(await status({ OPERATOR_NATS_PASSWORD: 'wrong' })).toMatchObject({
    code: 1,
    stderr: 'NATS refuses the user operator. Set OPERATOR_NATS_PASSWORD to its password.\n',
  });
});
