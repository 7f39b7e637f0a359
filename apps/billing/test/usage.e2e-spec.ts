import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, startService, asUser, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../src/main.js';

let harness: ServiceHarness;
const kernelItself = asService('kernel');
const usage = async (ctx: Ctx) => (await harness.call(billing.getUsage, ctx, {})).usage;
const track = (user_id: string, meter: string, quantity: number, tenant_id = 'default', ctx = kernelItself) =>
  harness.call(billing.trackUsage, ctx, { user_id, tenant_id, meter, quantity });

/** Publishes a finished call like the kernel. Returns the event's id. */
const tell = (user_id: string, tokens_used: number, { status = 'success', id = randomUUID() as string } = {}) =>
  harness.publish(
    kernel.callFinished,
    {
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
    },
    { id },
  );

beforeAll(async () => {
  harness = await startService('billing', start);
});
afterAll(() => harness?.close());

describe('usage', () => {
  it('of a new user is zero, with the plan’s limits', async () => {
    expect(await harness.call(billing.getUsage, asUser('new'), {})).toEqual({
      plan: 'free',
      usage: { actions: 0, tokens: 0 },
      limits: { actions: 500, tokens: -1, storage_bytes: 52_428_800 },
      exceeded: [],
    });
  });

  it('counts each finished call, including failed ones, and its tokens', async () => {
    await tell('imp_u_caller', 0);
    await tell('imp_u_caller', 120, { status: 'error' });
    await waitUntil('both calls', async () => (await usage(asUser('caller')))['actions'] === 2);
    expect(await usage(asUser('caller'))).toEqual({ actions: 2, tokens: 120 });
  });

  it('counts a call once if the whole event stream was lost and is redelivered', async () => {
    const id = await tell('imp_u_twice', 7);
    await waitUntil('the call', async () => (await usage(asUser('twice')))['actions'] === 1);
    await harness.stop();
    await harness.infra.nats.kill();
    await rm(join(harness.infra.folder, 'jetstream'), { recursive: true });
    await harness.infra.nats.start();
    await waitUntil('NATS', () => harness.bus.isConnected);
    await harness.restart();
    await tell('imp_u_twice', 7, { id });
    await tell('imp_u_after', 0);
    await waitUntil('one after it', async () => (await usage(asUser('after')))['actions']);
    expect(await usage(asUser('twice'))).toEqual({ actions: 1, tokens: 7 });
  });

  it('loses no count under concurrent events', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? tell('imp_u_busy', 1) : track('imp_u_busy', 'actions', 1))));
    await waitUntil('all of it', async () => (await usage(asUser('busy')))['actions'] === 40);
    expect(await usage(asUser('busy'))).toEqual({ actions: 40, tokens: 20 });
  });

  it('keeps a meter at its maximum, and still processes later events', async () => {
    await tell('imp_u_full', Number.MAX_SAFE_INTEGER);
    await tell('imp_u_full', 5);
    await tell('', 5);
    await waitUntil('all of it', async () => (await usage(asUser('full')))['actions'] === 2);
    expect(await usage(asUser('full'))).toMatchObject({ tokens: Number.MAX_SAFE_INTEGER });
    expect(await harness.query(`select from usage_counter where user_id = ''`)).toEqual([]);
  });

  it('names exactly the meters beyond their limit', async () => {
    await track('imp_u_heavy', 'tokens', 1_000_000);
    await track('imp_u_heavy', 'actions', 500);
    expect((await harness.call(billing.getUsage, asUser('heavy'), {})).exceeded).toEqual([]);
    await track('imp_u_heavy', 'actions', 1);
    expect((await harness.call(billing.getUsage, asUser('heavy'), {})).exceeded).toEqual(['actions']);
  });

  it('of last month does not count in this month', async () => {
    await track('imp_u_old', 'actions', 9);
    await harness.query(`update usage_counter set month = (month - interval '1 month')::date where user_id = 'imp_u_old'`);
    expect(await track('imp_u_old', 'actions', 2)).toEqual({ meter: 'actions', used: 2 });
    expect(await usage(asUser('old'))).toMatchObject({ actions: 2 });
  });

  it('belongs to one user of one tenant', async () => {
    await track('imp_u_own', 'storage.mb', 5);
    expect(await usage(asUser('own'))).toMatchObject({ 'storage.mb': 5 });
    expect(await usage(asUser('else'))).not.toHaveProperty('storage.mb');
    expect(await usage(asUser('own', { tenant: 'imp_t_other' }))).not.toHaveProperty('storage.mb');
  });
});

describe('a service that tracks usage', () => {
  it('gets the meter’s total', async () => {
    expect(await track('imp_u_meter', 'voice', 3)).toEqual({ meter: 'voice', used: 3 });
    expect(
      await harness.call(billing.trackUsage, kernelItself, { user_id: 'imp_u_meter', tenant_id: 'default', meter: 'voice', quantity: 4 }),
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

  it('that acts for a user cannot count usage of another user', async () => {
    const forAda = asService('kernel', { tenant: 'default', user: 'imp_u_ada' });
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
  ])('is refused if %s is invalid: %j', async (field, wrong) => {
    const input = { user_id: 'imp_u_x', tenant_id: 'default', meter: 'voice', quantity: 1, ...wrong };
    await expect(harness.call(billing.trackUsage, kernelItself, input)).rejects.toMatchObject({
      body: { status: 422, detail: [{ loc: [field] }] },
    });
  });
});
