import type { Problem } from '@skep/contracts';
import { readConfig } from '@skep/platform';
import { expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { RateLimiter } from './rate-limiter.js';

const start = (env: Record<string, string>) =>
  new RateLimiter(readConfig(GatewayConfig, { NATS_URL: 'nats://127.0.0.1:1', SKEP_SERVICE_TOKEN: 'x'.repeat(32), ...env }));

it.each([
  ['SKEP_RATE_LIMITS', 'auth.logn=5', /'auth\.logn' is not a limit; the limits are requests, .*auth\.login,/],
  ['SKEP_RATE_LIMITS', 'auth.login=many', /'auth\.login=many' should be auth\.login=NUMBER/],
  ['SKEP_RATE_LIMIT_EXEMPT', '203.0.113.0/33', /EXEMPT: entry 1 must be a network/],
  ['SKEP_RATE_LIMIT_EXEMPT', '203.0.113.0/24,', /EXEMPT: entry 2 is empty/],
  ['SKEP_RATE_LIMIT_EXEMPT', '2001:db8::1', /EXEMPT: entry 1 must be a network/],
  ['SKEP_RATE_LIMIT_EXEMPT', '2001:db8::/65', /EXEMPT: entry 1 must be a network/],
  ['SKEP_RATE_LIMIT_EXEMPT', 'the office', /EXEMPT: entry 1 must be a network/],
  ['SKEP_PUBLIC_URL', 'skep.example', /SKEP_PUBLIC_URL/],
])('a gateway does not start with %s=%s, and says why', (name, value, why) => {
  expect(() => start({ [name]: value })).toThrow(why);
});

it('a gateway starts with limits of other numbers, an address or networks that are exempt, and in production', () => {
  const limits = { SKEP_RATE_LIMITS: 'auth.login=50, requests=6000,stripe=10,account.login=20' };
  expect(() => start({ ...limits, NODE_ENV: 'production', SKEP_RATE_LIMIT_EXEMPT: '203.0.113.7, 10.0.0.0/8,2001:db8::/48' })).not.toThrow();
});

it('thirty failures at once, where five a minute may fail, are waited for six minutes', async () => {
  const limiter = start({});
  const reply = { headers: () => reply } as unknown as FastifyReply;
  const login = ['op.auth.login', '203.0.113.1', 5] as const;
  await Promise.all(Array.from({ length: 30 }, () => limiter.fail(reply, ...login)));
  const refused = (await limiter.check(reply, ...login).catch((problem: unknown) => problem)) as Problem;
  expect([refused.body.code, refused.retryAfter]).toEqual(['too_many_requests', 360]);
});
