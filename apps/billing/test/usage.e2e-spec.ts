import { billing, kernel } from '@skep/contracts';
import {
  Bus,
  connectNats,
  type Database,
  dataSourceOf,
  newCtx,
  openDatabase,
  openLog,
  Outbox,
  readConfig,
  type Running,
  ServiceConfig,
} from '@skep/platform';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../src/main.js';

let infra: Infrastructure;
let service: Running;
let bus: Bus;
let kernelsDatabase: Database;
let kernelsOutbox: Outbox;
const person = (user: string, tenant = 'default') => newCtx({ tenant, user, actor: 'user', deadline: Date.now() + 60_000 });
const kernelItself = newCtx({ actor: 'service:kernel', deadline: Date.now() + 60_000 });
const usage = async (ctx: ReturnType<typeof person>) => (await bus.call(billing.getUsage, ctx, {})).usage;
const track = (user_id: string, meter: string, quantity: number, tenant_id = 'default', ctx = kernelItself) =>
  bus.call(billing.trackUsage, ctx, { user_id, tenant_id, meter, quantity });

/** Tells of a call that has ended, as the kernel does: through an outbox. */
const tell = (user_id: string, tokens_used: number, status = 'success') =>
  kernelsDatabase.transaction(() =>
    kernelsOutbox.add(kernel.callFinished, newCtx(), {
      action_id: 'act_1',
      trace_id: 't',
      user_id,
      tenant_id: 'default',
      app_id: 'notes',
      function: 'add',
      action_type: 'write',
      status,
      duration_ms: 3,
      tokens_used,
    }),
  );

beforeAll(async () => {
  infra = await infrastructure();
  service = await start(await infra.env('billing'));
  const log = openLog('test', 'silent');
  const connection = await connectNats('test', { NATS_URL: infra.nats.url }, log);
  bus = new Bus(connection, 'test');
  kernelsDatabase = await openDatabase(dataSourceOf('kernel', readConfig(ServiceConfig, await infra.env('kernel')), [], []), log);
  kernelsOutbox = new Outbox(kernelsDatabase, connection, log);
});
afterAll(async () => {
  await kernelsOutbox?.stop();
  await kernelsDatabase?.source.destroy();
  await bus?.close();
  await service?.stop();
  await infra?.close();
});

describe('usage', () => {
  it('of a new person is nothing, of what the plan allows', async () => {
    expect(await bus.call(billing.getUsage, person('imp_u_new'), {})).toEqual({
      plan: 'free',
      usage: { actions: 0, tokens: 0 },
      limits: { actions: 500, tokens: -1 },
      exceeded: [],
    });
  });

  it('counts each call that has ended, failed ones too, and the tokens it used', async () => {
    await tell('imp_u_caller', 0);
    await tell('imp_u_caller', 120, 'error');
    await until('both calls', async () => (await usage(person('imp_u_caller')))['actions'] === 2);
    expect(await usage(person('imp_u_caller'))).toEqual({ actions: 2, tokens: 120 });
  });

  it('counts a call once, though the whole stream was lost and is told again', async () => {
    await tell('imp_u_twice', 7);
    await until('the call', async () => (await usage(person('imp_u_twice')))['actions'] === 1);
    await service.stop();
    await infra.nats.kill();
    await rm(join(infra.folder, 'jetstream'), { recursive: true });
    await infra.nats.start();
    await until('NATS', () => bus.isConnected);
    service = await start(await infra.env('billing'));
    expect(await kernelsOutbox.rebuild(new Date(0))).toBeGreaterThan(1);
    await tell('imp_u_after', 0);
    await until('one after it', async () => (await usage(person('imp_u_after')))['actions']);
    expect(await usage(person('imp_u_twice'))).toEqual({ actions: 1, tokens: 7 });
  });

  it('loses no count when many come at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? tell('imp_u_busy', 1) : track('imp_u_busy', 'actions', 1))));
    await until('all of it', async () => (await usage(person('imp_u_busy')))['actions'] === 40);
    expect(await usage(person('imp_u_busy'))).toEqual({ actions: 40, tokens: 20 });
  });

  it('stays full when a meter is full, and takes what comes after it', async () => {
    await tell('imp_u_full', Number.MAX_SAFE_INTEGER);
    await tell('imp_u_full', 5);
    await tell('', 5);
    await until('all of it', async () => (await usage(person('imp_u_full')))['actions'] === 2);
    expect(await usage(person('imp_u_full'))).toMatchObject({ tokens: Number.MAX_SAFE_INTEGER });
    expect(await infra.query('billing', `select from usage_counter where user_id = ''`)).toEqual([]);
  });

  it('names the meters that went beyond the limit, and only those', async () => {
    await track('imp_u_heavy', 'tokens', 1_000_000);
    await track('imp_u_heavy', 'actions', 500);
    expect((await bus.call(billing.getUsage, person('imp_u_heavy'), {})).exceeded).toEqual([]);
    await track('imp_u_heavy', 'actions', 1);
    expect((await bus.call(billing.getUsage, person('imp_u_heavy'), {})).exceeded).toEqual(['actions']);
  });

  it('of last month does not count in this one', async () => {
    await track('imp_u_old', 'actions', 9);
    await infra.query('billing', `update usage_counter set month = (month - interval '1 month')::date where user_id = 'imp_u_old'`);
    expect(await track('imp_u_old', 'actions', 2)).toEqual({ meter: 'actions', used: 2 });
    expect(await usage(person('imp_u_old'))).toMatchObject({ actions: 2 });
  });

  it('belongs to one person of one tenant', async () => {
    await track('imp_u_own', 'storage.mb', 5);
    expect(await usage(person('imp_u_own'))).toMatchObject({ 'storage.mb': 5 });
    expect(await usage(person('imp_u_else'))).not.toHaveProperty('storage.mb');
    expect(await usage(person('imp_u_own', 'imp_t_other'))).not.toHaveProperty('storage.mb');
  });
});

describe('a service that tracks usage', () => {
  it('gets what the meter stands at', async () => {
    expect(await track('imp_u_meter', 'voice', 3)).toEqual({ meter: 'voice', used: 3 });
    expect(
      await bus.call(billing.trackUsage, kernelItself, { user_id: 'imp_u_meter', tenant_id: 'default', meter: 'voice', quantity: 4 }),
    ).toEqual({
      meter: 'voice',
      used: 7,
    });
  });

  it('counts once with an Idempotency-Key', async () => {
    const ctx = { ...kernelItself, idempotencyKey: 'k1' };
    await track('imp_u_key', 'voice', 3, 'default', ctx);
    expect(await track('imp_u_key', 'voice', 3, 'default', ctx)).toEqual({ meter: 'voice', used: 3 });
  });

  it('acting for a person may count nobody else', async () => {
    const forAda = newCtx({ ...kernelItself, tenant: 'default', user: 'imp_u_ada' });
    await expect(track('imp_u_bob', 'voice', 1, 'default', forAda)).rejects.toMatchObject({ body: { code: 'forbidden' } });
    await expect(track('imp_u_ada', 'voice', 1, 'imp_t_other', forAda)).rejects.toMatchObject({ body: { code: 'forbidden' } });
    expect(await track('imp_u_ada', 'voice', 1, 'default', forAda)).toEqual({ meter: 'voice', used: 1 });
  });

  it.each([
    ['quantity', { quantity: 0 }],
    ['quantity', { quantity: 1.5 }],
    ['meter', { meter: 'No Blanks' }],
    ['user_id', { user_id: '' }],
    ['tenant_id', { tenant_id: '' }],
  ])('is told that %s is wrong: %j', async (field, wrong) => {
    const input = { user_id: 'imp_u_x', tenant_id: 'default', meter: 'voice', quantity: 1, ...wrong };
    await expect(bus.call(billing.trackUsage, kernelItself, input)).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: [field] }] },
    });
  });
});
