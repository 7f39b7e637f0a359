import { billing } from '@skep/contracts';
import { Bus, connectNats, newCtx, openLog, type Running } from '@skep/platform';
import { type Infrastructure, infrastructure } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { start } from '../src/main.js';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));
let infra: Infrastructure;
let service: Running;
let bus: Bus;

/** `npm run skep -- ledger check`: how it ended, and what it said. */
const check = async (): Promise<[number, string]> => {
  const url = (await infra.env('billing'))['DATABASE_URL']!;
  return new Promise((resolve) => {
    execFile(process.execPath, [SKEP, 'ledger', 'check', url], (error, stdout, stderr) =>
      resolve([error ? Number(error.code) : 0, stdout + stderr]),
    );
  });
};

beforeAll(async () => {
  infra = await infrastructure();
  service = await start(await infra.env('billing'));
  bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'fatal')), 'test');
  const ada = newCtx({ tenant: 'default', user: 'imp_u_ada', actor: 'user' });
  const terms = { key: 'k', app_id: 'notes', function: 'save', base_price: 20, platform_fee: 0, split: 70, developer_id: 'd', ttl_s: 900 };
  const { hold_id } = await bus.call(billing.placeHold, ada, terms);
  await bus.call(billing.captureHold, ada, { hold_id, base_price: 5 });
  await bus.call(billing.placeHold, ada, { ...terms, key: 'open' });
});
afterAll(async () => {
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

it('tells the operator that the money is sound, and how much there is', async () => {
  expect(await check()).toEqual([0, '1 wallets with 495 credits (20 held, 0 owed), 5 entries, 2 holds.\nEverything adds up.\n']);
});

it('names what does not add up, and fails', async () => {
  await infra.query('billing', `set session_replication_role = replica; update wallet set balance = balance + 1`);
  const [code, said] = await check();
  expect(code).toBe(1);
  expect(said).toContain('balance_wrong  default/imp_u_ada  holds 496, entries sum to 495');
  await infra.query('billing', `set session_replication_role = replica; update wallet set balance = balance - 1`);
});

it('says what is missing when the database does not answer', async () => {
  const said = await new Promise<string>((resolve) =>
    execFile(process.execPath, [SKEP, 'ledger', 'check', 'postgres://127.0.0.1:1/none'], (_, __, stderr) => resolve(stderr)),
  );
  expect(said).toContain('does not answer');
});
