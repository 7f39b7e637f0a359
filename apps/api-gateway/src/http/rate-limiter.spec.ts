import type { Problem } from '@skep/contracts';
import { readConfig } from '@skep/platform';
import { expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { RateLimiter } from './rate-limiter.js';
import { SharedCounts } from './shared-counts.js';

const disconnected = { isConnected: false, broadcast: () => undefined, subscribe: () => undefined };
const start = (env: Record<string, string>) =>
  new RateLimiter(
    readConfig(GatewayConfig, { NATS_URL: 'nats://127.0.0.1:1', SKEP_SERVICE_TOKEN: 'x'.repeat(32), ...env }),
    new SharedCounts(disconnected),
  );

it.each([
  ['SKEP_RATE_LIMITS', 'auth.logn=5', /'auth\.logn' is not a limit; the limits are requests, .*auth\.login,/],
  ['SKEP_RATE_LIMITS', 'auth.login=many', /'auth\.login=many' must be auth\.login=NUMBER/],
  ['SKEP_RATE_LIMIT_EXEMPT', '203.0.113.0/33', /EXEMPT: entry 1 must be a network/],
  ['SKEP_RATE_LIMIT_EXEMPT', '203.0.113.0/24,', /EXEMPT: entry 2 is empty/],
  ['SKEP_RATE_LIMIT_EXEMPT', '2001:db8::1', /EXEMPT: entry 1 must be a network/],
  ['SKEP_RATE_LIMIT_EXEMPT', '2001:db8::/65', /EXEMPT: entry 1 must be a network/],
  ['SKEP_RATE_LIMIT_EXEMPT', 'the office', /EXEMPT: entry 1 must be a network/],
  ['SKEP_PUBLIC_URL', 'skep.example', /SKEP_PUBLIC_URL/],
])('%s=%s stops the start with an error that names the fault', (name, value, message) => {
  expect(() => start({ [name]: value })).toThrow(message);
});

it('a gateway starts with changed limits and with exempt addresses and networks, in production too', () => {
  const limits = { SKEP_RATE_LIMITS: 'auth.login=50, requests=6000,stripe=10,account.login=20' };
  expect(() => start({ ...limits, NODE_ENV: 'production', SKEP_RATE_LIMIT_EXEMPT: '203.0.113.7, 10.0.0.0/8,2001:db8::/48' })).not.toThrow();
});

it('thirty concurrent failures at a limit of five per minute block the client for six minutes', async () => {
  const limiter = start({});
  const reply = { headers: () => reply } as unknown as FastifyReply;
  const login = ['op.auth.login', '203.0.113.1', 5] as const;
  await Promise.all(Array.from({ length: 30 }, () => limiter.countFailure(reply, ...login)));
  const problem = (await limiter.assertNotBlocked(reply, ...login).catch((error: unknown) => error)) as Problem;
  expect([problem.body.code, problem.retryAfter]).toEqual(['too_many_requests', 360]);
});
