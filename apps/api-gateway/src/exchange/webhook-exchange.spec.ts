import { contract, InvalidInput, operation, Shape, Text, WebhookAnswer } from '@skep/contracts';
import { expect, it } from '@jest/globals';
import fastify from 'fastify';
import type { RouteCall } from '../route.js';
import { webhook } from '../table.js';

@Shape('A delivery.')
class Delivery {
  @Text({ max: 10 }) signature!: string;
  @Text({ max: 1_000 }) body!: string;
}
const { receive } = contract('tests', { receive: operation('Receive', { input: Delivery, output: WebhookAnswer }) });
const route = webhook('/hook', receive, { headers: { signature: 'X-Signature' }, maxBytes: 8, example: {} });

/** A server with the route, whose operation answers by `run`. */
function serve(run: (input: unknown) => WebhookAnswer) {
  const server = fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  server.post('/hook', async (request, reply) => {
    const forward = (filled: unknown) =>
      new Promise<{ bytes: Buffer }>((resolve) => resolve({ bytes: Buffer.from(JSON.stringify(run(filled))) }));
    await route.exchange.answer({ route, request, reply, forward } as unknown as RouteCall);
    return reply;
  });
  return (payload: Buffer) =>
    server.inject({ method: 'POST', url: '/hook', payload, headers: { 'x-signature': 'abc', 'content-type': 'application/json' } });
}

it('passes the unchanged bytes', async () => {
  const inputs: unknown[] = [];
  const send = serve((input) => {
    inputs.push(input);
    return { status_code: 204 };
  });
  expect((await send(Buffer.from([0xff, 0x00, 0x7b]))).statusCode).toBe(204);
  expect(inputs).toEqual([{ body: '/wB7' }]);
});

it('sends the status, the body and the allowed headers of the operation', async () => {
  const headers = { 'Content-Type': 'text/plain', 'Retry-After': '3', 'Set-Cookie': 'a=b', 'Access-Control-Allow-Origin': '*' };
  const answer = await serve(() => ({ status_code: 202, headers, body: 'later' }))(Buffer.from('{}'));
  expect([answer.statusCode, answer.body]).toEqual([202, 'later']);
  expect(answer.headers).toMatchObject({ 'content-type': 'text/plain', 'retry-after': '3' });
  for (const name of ['set-cookie', 'access-control-allow-origin']) expect(answer.headers).not.toHaveProperty(name);
});

it('rejects a large body before the operation, and invalid input as a bad request', async () => {
  const call = (body: string) =>
    route.exchange.answer({
      ...{ route, request: { body: Buffer.from(body), headers: {} } },
      forward: () => Promise.reject(InvalidInput([{ loc: ['body', 'signature'], msg: 'Field required', type: 'missing' }])),
    } as unknown as RouteCall);
  await expect(call('123456789')).rejects.toMatchObject({ body: { code: 'too_large' } });
  await expect(call('12345678')).rejects.toMatchObject({ body: { code: 'bad_request' } });
});
