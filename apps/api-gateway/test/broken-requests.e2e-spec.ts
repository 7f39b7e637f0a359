import { type AppProcess, freePort, type Infrastructure, startInfrastructure, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 500;
const port = await freePort();
let infra: Infrastructure;
let gateway: AppProcess;

beforeAll(async () => {
  infra = await startInfrastructure();
  // No service runs: broken requests do not leave the gateway.
  gateway = await infra.startApp('api-gateway', {
    HOST: '127.0.0.1',
    PORT: String(port),
    SKEP_SERVICE_TOKEN: 'a-service-token-of-the-test',
    SKEP_REQUEST_TIMEOUT_MS: String(TIMEOUT_MS),
  });
});
afterAll(() => infra?.close());

/** Sends bytes, and reads the response until the gateway closes the connection. */
async function send(bytes: string) {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), json: JSON.parse(body) as Record<string, unknown> };
}

describe('a request that is not valid HTTP', () => {
  const login = 'POST /v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

  it.each([
    ['whose body stops arriving', `${login}content-length: 100\r\n\r\n{"email":`, 408, 'request_timeout'],
    ['whose headers stop arriving', login, 408, 'request_timeout'],
    ['with headers that are too large', `${login}x: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['in an unknown protocol', 'hello\r\n\r\n', 400, 'bad_request'],
  ])('%s is answered with a problem, and the connection is closed', async (_, bytes, status, code) => {
    const answer = await send(bytes);
    expect(answer).toMatchObject({ status, json: { status, code, type: `/problems/${code}`, detail: expect.any(String) } });
    expect(answer.head).toContain('content-type: application/problem+json');
    expect(answer.head).toContain('connection: close');
  });
});

describe('the log', () => {
  it('has one line for each request, with its route and status and without secrets', async () => {
    const trace = 'a'.repeat(32);
    const headers = { 'x-request-id': 'logged.1', traceparent: `00-${trace}-${'b'.repeat(16)}-01`, 'x-service-token': 'secret-header' };
    await fetch(`http://127.0.0.1:${port}/v1/developer/apps/secret-path?token=secret-query`, { headers });
    const lines = () => gateway.printed().split('\n');
    const line = await waitUntil('the log line', () => lines().find((each) => each.includes('logged.1') && each.endsWith('}')));
    expect(JSON.parse(line)).toMatchObject({
      ...{ level: 'info', service: 'api-gateway', msg: 'request', request: 'logged.1', trace },
      ...{ method: 'GET', route: '/v1/developer/apps/:app_id', status: 401, ms: expect.any(Number), caller: 'nobody' },
    });
    expect(gateway.printed()).not.toContain('secret-');
    expect(lines().filter((each) => each.includes('logged.1'))).toHaveLength(1);
  });
});
