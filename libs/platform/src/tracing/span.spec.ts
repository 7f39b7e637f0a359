import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { NotFound, Unavailable } from '@skep/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { traceOutgoingHttp } from './outgoing-http.js';
import { Sdk } from './sdk.js';
import { annotateSpan, currentSpan, inSpan } from './span.js';
import { Tracer } from './tracer.js';

const NEW_TRACE = '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01';
let exporter: InMemorySpanExporter;
let sdk: Sdk;
let tracer: Tracer;
let server: Server;
let url: string;

beforeAll(async () => {
  traceOutgoingHttp();
  server = createServer((request, response) => {
    if (request.url === '/broken') request.socket.destroy();
    else response.writeHead(request.url === '/missing' ? 404 : 200).end('text');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  sdk = new Sdk('test', exporter);
  tracer = new Tracer(sdk);
});

/** Runs work in a span, and returns the spans that it starts. */
async function spansOf(work: () => Promise<unknown>): Promise<ReadableSpan[]> {
  let root = '';
  await tracer.start('billing.pay', 'server', {}, NEW_TRACE).run(async (span) => {
    root = span.trace.split('-')[2] ?? '';
    await work();
  });
  await sdk.flush();
  const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().spanId !== root);
  exporter.reset();
  return spans;
}
const runStatement = (error?: Error) => currentSpan()?.beginStatement()?.(error);
const names = (spans: ReadableSpan[]) => spans.map(({ name }) => name);

test('statements that follow each other share a span', async () => {
  const spans = await spansOf(async () => {
    runStatement();
    await Promise.resolve();
    runStatement();
  });
  expect(spans).toMatchObject([
    {
      name: 'billing.pay statements',
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.operation.batch.size': 2 },
    },
  ]);
});

test('a call or a transaction ends a run of statements', async () => {
  const spans = await spansOf(async () => {
    runStatement();
    await inSpan('call', {}, () => Promise.resolve());
    runStatement();
    await currentSpan()?.inTransaction(async () => runStatement());
    runStatement();
  });
  expect(names(spans)).toEqual([
    ...['billing.pay statements', 'call', 'billing.pay statements', 'billing.pay transaction', 'billing.pay statements'],
  ]);
});

test('a statement that runs longer than its work is in the span of its run', async () => {
  let end: ReturnType<NonNullable<ReturnType<typeof currentSpan>>['beginStatement']>;
  expect(await spansOf(async () => void (end = currentSpan()?.beginStatement()))).toEqual([]);
  end?.();
  await sdk.flush();
  expect(names(exporter.getFinishedSpans())).toEqual(['billing.pay statements']);
});

test('an error is recorded with its type, and never with its message', async () => {
  const fail = (error: Error) => inSpan('call', {}, () => Promise.reject(error)).catch(() => undefined);
  const spans = await spansOf(async () => {
    await fail(new Error('ada@example.com does not exist'));
    await fail(Object.assign(new Error('duplicate key: ada@example.com'), { code: '23505' }));
    await fail(Unavailable());
    await fail(NotFound('ada@example.com does not exist'));
  });
  const failed = { status: { code: SpanStatusCode.ERROR } };
  expect(spans).toMatchObject([
    { ...failed, attributes: { 'error.type': 'Error' } },
    { ...failed, attributes: { 'error.type': '23505' } },
    { ...failed, attributes: { 'error.type': 'unavailable' } },
    { status: { code: SpanStatusCode.UNSET }, attributes: { 'error.type': 'not_found' } },
  ]);
  expect(JSON.stringify(spans.map(({ attributes, status, events }) => [attributes, status, events]))).not.toContain('ada@');
});

test('outgoing HTTP requests have spans without their path', async () => {
  const port = Number(new URL(url).port);
  const httpGet = async (path: string) => {
    const [response] = (await once(get(url + path), 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'close');
  };
  const spans = await spansOf(async () => {
    await (await fetch(`${url}/secret?token=secret`)).text();
    await (await fetch(`${url}/missing`)).text();
    await fetch(`${url}/broken`).catch(() => undefined);
    await httpGet('/secret?token=secret');
    await httpGet('/broken').catch(() => undefined);
  });
  const request = { 'http.request.method': 'GET', 'server.address': '127.0.0.1', 'server.port': port };
  expect(spans.map(({ attributes }) => attributes)).toEqual([
    { ...request, 'http.response.status_code': 200 },
    { ...request, 'http.response.status_code': 404, 'error.type': '404' },
    { ...request, 'error.type': 'UND_ERR_SOCKET' },
    { ...request, 'http.response.status_code': 200 },
    { ...request, 'error.type': 'ECONNRESET' },
  ]);
});

test('a language model’s request is below the span of the prompt, which gets further attributes', async () => {
  const [request, prompt] = await spansOf(() =>
    inSpan('chat small', { 'gen_ai.operation.name': 'chat' }, async () => {
      await (await fetch(url)).text();
      annotateSpan({ 'gen_ai.usage.input_tokens': 7, 'gen_ai.response.model': undefined });
    }),
  );
  expect(prompt?.attributes).toEqual({ 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 7 });
  expect(request?.parentSpanContext?.spanId).toBe(prompt?.spanContext().spanId);
});

test('a new trace keeps its id, and its first span has no parent', async () => {
  const { trace } = tracer.start('first', 'server', {}, NEW_TRACE);
  expect(trace).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!0{16})[0-9a-f]{16}-01$/);
});

test('the sampling decision of the cause is passed on', async () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
  await tracer.start('kept', 'server', {}, `${trace}-01`).run(({ trace }) => Promise.resolve(expect(trace).toMatch(/-01$/)));
  await tracer.start('dropped', 'server', {}, `${trace}-00`).run(({ trace }) => Promise.resolve(expect(trace).toMatch(/-00$/)));
  await sdk.flush();
  expect(names(exporter.getFinishedSpans())).toEqual(['kept']);
});

test('without a current span nothing is recorded', async () => {
  expect(await inSpan('call', {}, () => fetch(url).then((answer) => answer.text()))).toBe('text');
  await sdk.flush();
  expect(exporter.getFinishedSpans()).toEqual([]);
});
