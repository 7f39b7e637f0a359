import { type Infrastructure, startInfrastructure, waitUntil } from '@skep/testkit';
import type { RunningProcess } from '@skep/platform';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { start } from '../src/main.js';

const HOUR_MS = 3_600_000;
let infra: Infrastructure;
let running: RunningProcess;
const readiness = async (query: string) => {
  const answer = await fetch(`http://127.0.0.1:${running.managementPort}/readyz${query}`);
  return {
    status: answer.status,
    ...((await answer.json()) as { clock_ahead_ms?: Record<string, number>; services?: Record<string, string> }),
  };
};

beforeAll(async () => {
  infra = await startInfrastructure();
  const secret = () => randomBytes(32).toString('base64url');
  const shared = { SKEP_SERVICE_TOKEN: secret(), SKEP_ENCRYPTION_KEY: secret(), SKEP_DRAIN_SECONDS: '0' };
  running = await start(await infra.env('api-gateway', { ...shared, PORT: '0', HOST: '127.0.0.1' }));
});
afterAll(async () => {
  await running?.stop();
  await infra?.close();
});

it('the gateway reports no clock difference while auth-gateway is unavailable, and is ready', async () => {
  const state = await readiness('?verbose');
  expect(state).toMatchObject({ status: 200, ready: true, parts: { nats: true } });
  expect(state).not.toHaveProperty('clock_ahead_ms');
  expect(state).toMatchObject({ services: { auth: 'no answer', billing: 'no answer' } });
});

it('with ?verbose the gateway reports how far its clock is ahead of the clock of auth-gateway', async () => {
  await infra.startApp('auth-gateway', {
    SKEP_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
    SKEP_PUBLIC_URL: 'http://127.0.0.1:8080',
  });
  await waitUntil('auth-gateway to answer', async () => (await readiness('?verbose')).services?.['auth'] === 'ready');
  expect(await readiness('')).not.toHaveProperty('clock_ahead_ms');
  expect(await readiness('?verbose')).toMatchObject({ services: { billing: 'no answer' } });
  const now = Date.now;
  for (const skew of [0, HOUR_MS, -HOUR_MS]) {
    Date.now = () => now() + skew;
    try {
      expect((await readiness('?verbose')).clock_ahead_ms!['auth-gateway']! / HOUR_MS).toBeCloseTo(skew / HOUR_MS, 1);
    } finally {
      Date.now = now;
    }
  }
});
