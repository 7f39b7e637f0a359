import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { type AppProcess, languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bob, fn, type KernelHarness, startKernel } from './kernel.js';

let model: LanguageModel;
let harness: KernelHarness;
let billingProcess: AppProcess;
let people = 0;
const PRICE = 10;
const create = { id: 's1', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}' } } };
const keep = { id: 's2', op: 'store.create', args: { kind: 'link', data: { said: '{{steps.a1.text}}' } } };

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernel();
  await startModels(harness, model, { SKEP_LLM_TIER: 'economy' });
  billingProcess = await harness.infra.startApp('billing');
  await harness.publishApp('links', [
    fn('save', [create]),
    fn('free', [create]),
    fn('open', [{ id: 's1', op: 'navigate', args: { url: '{{event.url}}' } }]),
    fn('think', [create, { id: 'a1', op: 'ai.complete', args: { prompt: 'Hm?' } }, keep]),
    fn('within', [create, { id: 'c1', op: 'call', args: { function: 'save', params: { url: 'inner' } } }]),
  ]);
  const approved = { app_id: 'links', developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: 'Links' };
  const listed = { short_description: '', category: '', icon: '', tags: [], system: true, functions: [], permissions: [] };
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save: PRICE } }, revenue_split: 70 };
  await harness.publish(portal.appApproved, { ...approved, ...listed, ...pricing, approved_at: new Date() });
  await waitUntil('the approval', async () => (await harness.infra.query('registry', 'select from app where live_revision = 1'))[0]);
});
afterEach(async () => {
  await harness.query('drop trigger if exists planted on document; drop trigger if exists planted on action');
  const held = `select from hold where status = 'held'`;
  await waitUntil('every hold to end', async () => (await harness.infra.query('billing', held)).length === 0);
  expect(await harness.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

/** A new user, always with the same Idempotency-Key. */
const user = (): Ctx => bob({ user: `imp_u_once_${people++}`, idempotencyKey: 'once' });
const call = (who: Ctx, name: string, url = 'x') => harness.run('links', name, { url }, who);
const batch = (who: Ctx, urls: string[], name = 'save') =>
  harness.call(kernel.callFunctions, who, {
    ...{ app_id: 'links', user_id: who.user, tenant_id: 'default' },
    calls: urls.map((url) => ({ function: name, params: { url } })),
  });
/** Makes Postgres refuse rows that contain a text, as if it were out of memory. */
const refuse = (table: 'document' | 'action', text: string) =>
  harness.query(`
    create or replace function refuse_planted() returns trigger language plpgsql as $$ begin
      if new::text like '%' || tg_argv[0] || '%' then raise exception 'planted' using errcode = '53200'; end if;
      return new;
    end $$;
    create trigger planted before insert on ${table} for each row execute function refuse_planted('${text}')`);
const heal = (table: 'document' | 'action') => harness.query(`drop trigger planted on ${table}`);
const documents = async ({ user }: Ctx) => (await harness.query('select from document where user_id = $1', [user])).length;
const actions = async ({ user }: Ctx) =>
  (await harness.query('select status from action where user_id = $1 order by id', [user])).map(({ status }) => status);
const balance = async (who: Ctx) => (await harness.call(billing.getBalance, { ...who, idempotencyKey: undefined }, {})).balance;
const used = async (who: Ctx) => (await harness.call(billing.getUsage, { ...who, idempotencyKey: undefined }, {})).usage['actions'] ?? 0;
const unavailable = { status: 'error', error_code: 'BACKEND_5XX', retryable: true };

describe('a call under an Idempotency-Key', () => {
  it('whose step Postgres refuses is recorded, and succeeds when repeated after the cause is gone', async () => {
    const who = user();
    await refuse('document', 'poison');
    expect(await call(who, 'save', 'poison')).toMatchObject(unavailable);
    expect(await actions(who)).toEqual(['failed']);
    await heal('document');
    const saved = await call(who, 'save', 'poison');
    expect(saved).toMatchObject({ status: 'success' });
    expect(await call(who, 'save', 'poison')).toEqual(saved);
    expect([await documents(who), await actions(who)]).toEqual([1, ['failed', 'success']]);
    await waitUntil('the charge', async () => (await balance(who)) === 500 - PRICE);
  });

  it('continues after a failure where it stopped, and its language model is charged once', async () => {
    const who = user();
    const asked = model.asked.length;
    await refuse('document', 'said');
    expect(await call(who, 'think')).toMatchObject(unavailable);
    await heal('document');
    expect(await call(who, 'think')).toMatchObject({ status: 'success' });
    expect(model.asked.length).toBe(asked + 1);
    expect([await documents(who), await actions(who)]).toEqual([2, ['failed', 'success']]);
    await waitUntil('the charge', async () => (await balance(who)) === 440);
  });

  it('that cannot be recorded releases its hold, and is charged once when it is repeated', async () => {
    const who = user();
    await refuse('action', who.user);
    await expect(call(who, 'save')).rejects.toMatchObject({ body: { code: 'unavailable' }, retryAfter: 1 });
    const held = `select from hold where status = 'held'`;
    await waitUntil('the hold to be released', async () => (await harness.infra.query('billing', held)).length === 0);
    await heal('action');
    expect(await call(who, 'save')).toMatchObject({ status: 'success' });
    expect([await documents(who), await actions(who), await used(who)]).toEqual([1, ['success'], 1]);
    await waitUntil('the charge', async () => (await balance(who)) === 500 - PRICE);
  });

  it('keeps what a nested call has done, although it is not recorded itself', async () => {
    const who = user();
    await refuse('action', 'within');
    await expect(call(who, 'within')).rejects.toMatchObject({ body: { code: 'unavailable' } });
    await heal('action');
    expect(await call(who, 'within')).toMatchObject({ status: 'success' });
    expect([await documents(who), await actions(who)]).toEqual([2, ['success', 'success']]);
    await waitUntil('the charge', async () => (await balance(who)) === 500 - PRICE);
  });

  it('whose lease was taken over changes nothing more, and the new owner continues from the finished steps', async () => {
    const who = user();
    const { asked } = model;
    const before = asked.length;
    model.mood = 'silent';
    const late = call(who, 'think').catch((error: unknown) => error);
    await waitUntil('the model to be asked', () => asked.length === before + 1);
    await harness.query(`update idempotency set owner = gen_random_uuid(), lease_until = '-infinity' where lease_until is not null`);
    const second = call(who, 'think');
    await waitUntil('the model to be asked again', () => asked.length === before + 2);
    const [first, other] = model.unanswered();
    first?.();
    expect(await late).toMatchObject({ body: { code: 'idempotency_in_progress' } });
    expect([await documents(who), await actions(who)]).toEqual([1, []]);
    other?.();
    model.mood = 'answer';
    expect(await second).toMatchObject({ status: 'success' });
    expect([await documents(who), await actions(who)]).toEqual([2, ['success']]);
    await waitUntil('the charge', async () => (await balance(who)) === 440);
  });

  it('that costs nothing is counted for each of its actions', async () => {
    const who = user();
    await refuse('document', 'poison');
    await call(who, 'free', 'poison');
    await heal('document');
    await call(who, 'free', 'poison');
    await call({ ...who, idempotencyKey: 'another' }, 'free', 'poison');
    await refuse('action', who.user);
    await expect(call({ ...who, idempotencyKey: 'third' }, 'free')).rejects.toMatchObject({ body: { code: 'unavailable' } });
    await heal('action');
    await call({ ...who, idempotencyKey: 'third' }, 'free');
    expect([await actions(who), await used(who)]).toEqual([['failed', 'success', 'success', 'success'], 4]);
  });

  it('that costs nothing, does nothing and could not be recorded is counted once', async () => {
    const who = user();
    await refuse('action', who.user);
    await expect(call(who, 'open')).rejects.toMatchObject({ body: { code: 'unavailable' } });
    await heal('action');
    await call(who, 'open');
    expect([await actions(who), await used(who)]).toEqual([['success'], 1]);
  });
});

describe('calls under Idempotency-Keys', () => {
  const withKeys = (who: Ctx, count: number): Ctx[] => Array.from({ length: count }, (_, n) => ({ ...who, idempotencyKey: `key ${n}` }));

  it('hold no connection while 200 of them wait for a language model', async () => {
    const before = model.asked.length;
    model.mood = 'silent';
    const callers = Array.from({ length: 25 }, () => withKeys(user(), 8)).flat();
    const calls = Promise.all(callers.map((who) => call({ ...who, deadline: Date.now() + 40_000 }, 'think')));
    await waitUntil('the model to be asked', () => model.asked.length === before + 200, 30_000);
    const inUse: number[] = [];
    for (const end = Date.now() + 2_000; Date.now() < end;)
      inUse.push(
        (
          await harness.query(`select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
            and (state = 'active' or xact_start is not null)`)
        ).length,
      );
    model.mood = 'answer';
    for (const answer of model.unanswered()) answer();
    expect((await calls).filter(({ status }) => status !== 'success')).toEqual([]);
    expect(inUse.reduce((sum, count) => sum + count, 0) / inUse.length).toBeLessThan(1);
  });

  it('that wait for a frozen service hold up no other request of their user, and are charged once when they are repeated', async () => {
    const who = user();
    const callers = withKeys(who, 12);
    process.kill(billingProcess.pid, 'SIGSTOP');
    try {
      const refused = Promise.allSettled(callers.map((caller) => call(caller, 'save')));
      for (let n = 0; n < 20; n++) {
        const meanwhile = { ...who, idempotencyKey: `meanwhile ${n}` };
        const event = { tenant_id: 'default', scope: 'meanwhile', action: `n${n}`, id: '', actor: '', user_id: who.user };
        expect(await harness.call(kernel.publishEvent, meanwhile, event)).toMatchObject({ status: 'published' });
      }
      const unavailable = { status: 'rejected', reason: { body: { code: 'unavailable' }, retryAfter: 1 } };
      expect(await refused).toMatchObject(callers.map(() => unavailable));
    } finally {
      process.kill(billingProcess.pid, 'SIGCONT');
    }
    const results = await Promise.all(callers.map((caller) => call({ ...caller, deadline: Date.now() + 15_000 }, 'save')));
    expect(results.filter(({ status }) => status !== 'success')).toEqual([]);
    expect(await documents(who)).toBe(12);
    await waitUntil('the charges', async () => (await balance(who)) === 500 - 12 * PRICE);
  });
});

it('calls that end together are recorded in one transaction, and one that Postgres refuses fails alone', async () => {
  const who = bob({ user: `imp_u_together_${people++}` });
  await refuse('action', 'refused');
  const urls = ['a', 'b', 'refused', 'c', 'd', 'e'];
  const ended = await Promise.allSettled(urls.map((url) => call(who, 'free', url)));
  await heal('action');
  expect(ended.map(({ status }) => status)).toEqual(urls.map((url) => (url === 'refused' ? 'rejected' : 'fulfilled')));
  const all = await Promise.all(urls.map((url) => call(who, 'free', url)));
  expect(all).toMatchObject(urls.map(() => ({ status: 'success' })));
  expect(await actions(who)).toHaveLength(2 * urls.length - 1);
  const transactions = await harness.query('select distinct xmin::text from action where user_id = $1', [who.user]);
  expect(transactions.length).toBeLessThan(2 * urls.length - 1);
  // Each was counted before it began, also the one that could not be recorded.
  expect(await used(who)).toBe(2 * urls.length);
});

describe('a batch under an Idempotency-Key', () => {
  it('repeats only the calls with a retryable failure', async () => {
    const who = user();
    await refuse('document', 'poison');
    const urls = ['a', 'poison', 'b'];
    expect(await batch(who, urls)).toMatchObject([{ status: 'success' }, unavailable, { status: 'success' }]);
    await heal('document');
    const results = await batch(who, urls);
    expect(results).toMatchObject(urls.map(() => ({ status: 'success' })));
    expect(await batch(who, urls)).toEqual(results);
    expect([await documents(who), (await actions(who)).length]).toEqual([3, 4]);
    await waitUntil('the charges', async () => (await balance(who)) === 500 - 3 * PRICE);
  });

  it('releases the hold of a call that could not be recorded', async () => {
    const who = user();
    await refuse('action', 'unwritten');
    expect(await batch(who, ['a', 'unwritten'])).toMatchObject([{ status: 'success' }, unavailable]);
    const held = `select from hold where status = 'held'`;
    await waitUntil('the hold to be released', async () => (await harness.infra.query('billing', held)).length === 0);
    await heal('action');
    expect(await batch(who, ['a', 'unwritten'])).toMatchObject([{ status: 'success' }, { status: 'success' }]);
    expect([await documents(who), await actions(who)]).toEqual([2, ['success', 'success']]);
    await waitUntil('the charges', async () => (await balance(who)) === 500 - 2 * PRICE);
  });

  it('runs one query at a time on each connection', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => void warnings.push(warning);
    process.on('warning', warn);
    try {
      await batch(user(), [...Array(20).keys()].map(String), 'within');
    } finally {
      process.off('warning', warn);
    }
    expect(warnings).toEqual([]);
  });
});
