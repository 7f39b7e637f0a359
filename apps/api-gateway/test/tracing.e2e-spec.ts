import { type OtlpReceiver, type ReceivedSpan, type Skep, startOtlpReceiver, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { publishPaidApp } from './paid-app.js';

const [CLIENT, PRODUCER, CONSUMER] = [3, 4, 5];
const QUEUE = 256;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const POSTGRES = 'postgresql';

let receiver: OtlpReceiver;
let skep: Skep;
let bob: TestUser;

const call = (headers = {}) =>
  skep.http('POST', '/v1/extensions/link-saver/call', {
    ...{ token: bob.access, headers },
    body: { user_id: bob.id, function: 'save_link', params: { url: 'https://example.com/secret', title: 'Secret title' } },
  });
const spansOf = (traceId: string) => receiver.spans.filter((span) => span.traceId === traceId);
const findRequest = (id: unknown) => receiver.spans.find(({ attributes }) => attributes['skep.request.id'] === id);
/** The span of a request, by its id. */
const requestSpan = (id: unknown) => waitUntil(`the span of ${String(id)}`, () => findRequest(id));
const isConnected = (spans: ReceivedSpan[]) => {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.every(({ parentSpanId }) => parentSpanId === '' || ids.has(parentSpanId));
};

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const bounds = { OTEL_BSP_MAX_QUEUE_SIZE: String(QUEUE), OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '64' };
  skep = await startSkep({ split: true, env: { ...receiver.env, ...bounds } });
  ({ bob } = await publishPaidApp(skep, 200));
});
afterAll(async () => {
  await skep?.close();
  await receiver?.close();
});

describe('a trace', () => {
  it('connects the services that take part in a paid call, their statements and the events it causes', async () => {
    const id = randomUUID();
    expect((await call({ 'x-request-id': id })).json).toMatchObject({ status: 'success' });
    const { traceId, parentSpanId, attributes } = await requestSpan(id);
    expect(parentSpanId).toBe('');
    expect(attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/extensions/:app_id/call',
      'http.response.status_code': '200',
    });
    const spans = await waitUntil('the events', () => {
      const all = spansOf(traceId);
      return all.some(({ kind }) => kind === CONSUMER) && isConnected(all) ? all : undefined;
    });
    const services = (of: ReceivedSpan[]) => [...new Set(of.map(({ service }) => service))];
    expect(services(spans)).toEqual(expect.arrayContaining(['api-gateway', 'kernel', 'registry', 'billing']));
    expect(spans.filter(({ parentSpanId }) => parentSpanId === '')).toHaveLength(1);
    const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === POSTGRES);
    expect(services(statements)).toEqual(expect.arrayContaining(['kernel', 'registry', 'billing']));
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const span of spans.filter(({ kind }) => kind === CONSUMER)) expect(byId.get(span.parentSpanId)?.kind).toBe(PRODUCER);
    const admitted = spans.filter(({ name }) => name === 'billing.admitCall');
    expect(admitted.map(({ service }) => service).sort()).toEqual(['billing', 'kernel']);
    expect(admitted[0]?.attributes).toMatchObject({ 'messaging.system': 'nats', 'rpc.method': 'billing/admitCall' });
  });

  it('is found by the request id in a problem', async () => {
    const refused = await waitUntil('too few credits', async () => {
      const answer = await call();
      return answer.status === 402 ? answer : undefined;
    });
    const root = await requestSpan(String(refused.json['instance']).replace('urn:request:', ''));
    const failed = await waitUntil('the span that failed', () =>
      spansOf(root.traceId).find(({ attributes }) => attributes['error.type'] === 'insufficient_credits'),
    );
    expect(['kernel', 'billing', 'api-gateway']).toContain(failed.service);
    expect(root.attributes['http.response.status_code']).toBe('402');
  });

  it('contains no personal data, token, parameter or query', async () => {
    const id = randomUUID();
    await skep.http('GET', `/v1/actions?app_id=secret-query`, { token: bob.access, headers: { 'x-request-id': id } });
    await requestSpan(id);
    const all = receiver.bodies.join();
    for (const secret of [bob.email, bob.id, bob.access, bob.password, 'Secret title', 'example.com/secret', 'secret-query', '127.0.0.1:'])
      expect(all.includes(secret)).toBe(false);
  });

  it('continues the trace of a client, and respects its decision not to sample', async () => {
    const get = async (flags: string) => {
      const headers = { traceparent: `00-${TRACE}-${PARENT}-${flags}`, 'x-request-id': randomUUID() };
      expect((await skep.http('GET', '/v1/billing/balance', { token: bob.access, headers })).status).toBe(200);
      return headers['x-request-id'];
    };
    const dropped = await get('00');
    const kept = await requestSpan(await get('01'));
    expect(kept).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
    await waitUntil('the span of billing', () => spansOf(TRACE).some(({ service }) => service === 'billing'));
    expect(findRequest(dropped)).toBeUndefined();
    expect(spansOf(TRACE).filter(({ kind, service }) => kind === CLIENT && service === 'api-gateway')).toHaveLength(1);
  });
});

describe('a receiver that does not work', () => {
  const REQUESTS = 1_000;
  /** How long the requests take, in milliseconds. */
  const sendRequests = async () => {
    const start = performance.now();
    const get = async () => expect((await skep.http('GET', '/v1/billing/balance', { token: bob.access })).status).toBe(200);
    for (let i = 0; i < REQUESTS; i += 10) await Promise.all(Array.from({ length: 10 }, get));
    return performance.now() - start;
  };

  it.each(['broken', 'silent'] as const)(
    'and is %s slows no request, fills no memory and delays no stop',
    async (mode) => {
      const usual = await sendRequests();
      receiver.mode = mode;
      const before = receiver.spans.length;
      expect(await sendRequests()).toBeLessThan(5 * usual);
      await skep.startApp('billing');
      // A process that needs five seconds is killed, and has no exit code.
      expect(await skep.endOldestCopy('billing', 'SIGTERM')).toBe(0);
      receiver.recover();
      const id = randomUUID();
      await waitUntil(
        'new spans',
        async () => {
          await skep.http('GET', '/v1/billing/balance', { token: bob.access, headers: { 'x-request-id': id } });
          return findRequest(id);
        },
        10_000,
      );
      // A full queue, a batch that was being sent, and the latest requests.
      const kept = receiver.spans.slice(before).filter(({ service }) => service === 'api-gateway').length;
      expect(kept).toBeLessThan(2 * QUEUE);
    },
    60_000,
  );
});

it('without an endpoint the SDK is not loaded', async () => {
  const main = new URL('../../../billing/dist/src/main.js', import.meta.url).href;
  const script = `
    import { createRequire } from 'node:module';
    const { start } = await import('${main}');
    const { stop } = await start(process.env);
    await stop();
    console.log(JSON.stringify(Object.keys(createRequire('${main}').cache).filter((file) => /@opentelemetry.(sdk|exporter)/.test(file))));
    process.exit();`;
  const loaded = async (more: Record<string, string>) => {
    const env = await skep.infra.env('billing', { LOG_LEVEL: 'silent', ...more });
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    return JSON.parse(stdout) as string[];
  };
  expect(await loaded({})).toEqual([]);
  expect(await loaded({ ...receiver.env, OTEL_SDK_DISABLED: 'true' })).toEqual([]);
  expect(await loaded({ ...receiver.env, OTEL_TRACES_EXPORTER: 'none' })).toEqual([]);
  expect((await loaded(receiver.env)).length).toBeGreaterThan(0);
});
