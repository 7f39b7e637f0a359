import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cloud } from '../src/apis/cloud/index.js';

const { routes } = cloud;

let skep: Skep;
let ada: TestUser;
let admin: TestUser;
beforeAll(async () => {
  skep = await startSkep({ split: true });
  [ada, admin] = await Promise.all([skep.signUpUser(), skep.signInAdmin()]);
});
afterAll(() => skep?.close());

it('sensitive routes are 503 while the revoked sessions are unknown, and other routes work', async () => {
  const status = async (method: string, path: string, request = {}) =>
    (await skep.http(method, path, { token: ada.access, ...request })).status;
  const topUp = () => status('POST', '/v1/billing/topup', { body: {} });
  const balance = () => status('GET', '/v1/billing/balance');
  expect([await topUp(), await balance()]).toEqual([422, 200]);
  await skep.killApp('auth-gateway');
  expect([await topUp(), await balance()]).toEqual([422, 200]);
  await waitUntil('sensitive routes to close', async () => (await topUp()) === 503, 13_000);

  const sensitiveRoutes = routes.filter(({ sensitive }) => sensitive);
  expect(sensitiveRoutes.length).toBeGreaterThan(7);
  for (const { method, path } of sensitiveRoutes)
    expect(await status(method, path.replace(/\{\w+\}/g, 'x'), { token: admin.access, ...(method !== 'GET' && { body: {} }) })).toBe(503);
  expect(await balance()).toBe(200);
  const asService = { token: undefined, headers: { 'x-service-token': skep.serviceToken }, body: {} };
  expect(await status('POST', '/v1/billing/topup/confirm', asService)).toBe(422);

  await skep.startApp('auth-gateway');
  await waitUntil('sensitive routes to open', async () => (await topUp()) === 422, 10_000);
  expect(await status('GET', '/v1/auth/sessions')).toBe(200);
});
