import type { CallResult } from '@skep/contracts/kernel';
import { expect, it } from '@jest/globals';
import { toWebhookAnswer } from './webhook-answer.js';

const success = (data: unknown): CallResult => ({ status: 'success', data, summary: null, error: null, ui: null });
const failure = (retryable: boolean): CallResult => ({
  ...success(null),
  status: 'error',
  error: 'secret text',
  error_code: 'X',
  retryable,
});

it.each([
  [{ status_code: 204 }, 204],
  [{ status_code: '201' }, 201],
  [{ body: 'x' }, 200],
  [{ status_code: 302, headers: { location: 'https://example.com' } }, 500],
  [{ status_code: 101 }, 500],
  [{ status_code: 600 }, 500],
  [{ status_code: 'many' }, 500],
  [{ body: 'x'.repeat(100_001) }, 500],
  ['x'.repeat(100_001), 500],
])('the answer of %j is %i', (data, status) => {
  expect(toWebhookAnswer(success(data)).status_code).toBe(status);
});

it.each([
  ['text/html', 'text/plain'],
  ['TEXT/HTML; charset=utf-8', 'text/plain'],
  ['image/svg+xml', 'text/plain'],
  ['application/xhtml+xml', 'text/plain'],
  ['text/javascript', 'text/plain'],
  ['application/json; charset=utf-8', 'application/json'],
  ['text/xml', 'text/xml'],
])('the media type %s is sent as %s', (type, sent) => {
  expect(toWebhookAnswer(success({ headers: { 'Content-Type': type }, body: 'x' })).headers).toEqual({ 'content-type': sent });
});

it('only harmless headers are sent, and those without line breaks', () => {
  const headers = { 'Retry-After': 5, 'set-cookie': 'a=b', location: '/', 'cache-control': 'no-store\r\nset-cookie: a=b', 'x-a': '1' };
  expect(toWebhookAnswer(success({ headers })).headers).toEqual({ 'retry-after': '5', 'content-type': 'text/plain' });
});

it('a body that is no text is sent as JSON', () => {
  const answer = { status_code: 200, headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
  expect(toWebhookAnswer(success({ body: { a: 1 } }))).toEqual(answer);
  expect(toWebhookAnswer(success({ a: 1 }))).toEqual(answer);
});

it('a function of steps says only that it ran, unless a step responds', () => {
  const data = { steps: { s1: { id: 'doc_1' } }, prev: { id: 'doc_1' } };
  expect(toWebhookAnswer(success(data)).body).toBe('{"status":"ok"}');
  const directives = [
    { action: 'respond', status_code: 201 },
    { action: 'send', message: 'x' },
  ];
  expect(toWebhookAnswer(success({ ...data, directives })).status_code).toBe(201);
});

it('a failure shows its code, and whether to try again', () => {
  expect(toWebhookAnswer(failure(true))).toMatchObject({ status_code: 503, body: '{"status":"error","error_code":"X"}' });
  expect(toWebhookAnswer(failure(false)).status_code).toBe(500);
  expect(toWebhookAnswer({ ...failure(false), error_code: 'VALIDATION_TYPE_ERROR' }).status_code).toBe(400);
});
