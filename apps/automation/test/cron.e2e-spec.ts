import { automation, type CreateCronJob } from '@skep/contracts/automation';
import { agent } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { useAgentAutomations, otherParty } from './agent-automations.js';

const harness = useAgentAutomations();
let bob: Ctx;

beforeAll(async () => void (bob = await harness.person()));

const get = (who: Ctx, job_id: string) => harness.call(automation.getCronJob, who, { job_id });
const run = (who: Ctx, job_id: string) => harness.call(automation.runCronJob, who, { job_id });
const runs = async (who: Ctx, job_id: string) => (await harness.call(automation.listCronJobRuns, who, { job_id, limit: 50 })).jobs;
const makeDue = (id: string) => harness.query(`update schedule set next_at = now() where key = $1`, [`job ${id}`]);
const agentJob = (message: string, more = {}) => ({ action: 'agent', action_config: { message, ...more } });

describe('a job', () => {
  it('is created in both forms, read, changed and deleted', async () => {
    const ada = await harness.person();
    const seed = await harness.call(automation.createCronJob, ada, {
      name: 'Daily',
      schedule: '0 9 * * *',
      task: 'Sum up',
      action: 'agent',
    });
    expect(seed).toMatchObject({
      ...{
        schedule: { kind: 'cron', value: '0 9 * * *' },
        cron: '0 9 * * *',
        timezone: 'UTC',
        task: 'Sum up',
        enabled: true,
        run_count: 0,
      },
      ...{ action: 'agent', action_config: { message: 'Sum up' }, last_run: null, last_error: null, overlap: 'skip', missed: 'last' },
    });
    expect(seed.next_run?.toISOString()).toMatch(/T09:00:00.000Z$/);
    const coded = await harness.job(ada, { schedule: undefined, schedule_kind: 'every', schedule_value: '15m' });
    expect(coded).toMatchObject({ schedule: { kind: 'every', value: '15m' }, cron: null, task: null });
    const { jobs, count } = await harness.call(automation.listCronJobs, ada, {});
    expect([count, jobs[0]]).toEqual([2, seed]);
    const changed = await harness.call(automation.updateCronJob, ada, {
      job_id: coded.id,
      schedule_kind: 'at',
      schedule_value: '23:15',
      timezone: 'Europe/Berlin',
      enabled: false,
    });
    expect(changed).toMatchObject({ schedule: { kind: 'at', value: '23:15' }, cron: '15 23 * * *', enabled: false, next_run: null });
    expect(await harness.call(automation.getCronState, ada, {})).toMatchObject({ running: true, total_jobs: 2, enabled_jobs: 1 });
    expect(await harness.query('select key from schedule where key = any($1)', [[`job ${seed.id}`, `job ${coded.id}`]])).toEqual([
      { key: `job ${seed.id}` },
    ]);
    expect(await harness.call(automation.deleteCronJob, ada, { job_id: seed.id })).toEqual({ status: 'deleted' });
    expect((await problemOf(get(ada, seed.id))).body).toMatchObject({ code: 'job_not_found', detail: 'Job not found' });
    expect(await harness.query('select key from schedule where key = $1', [`job ${seed.id}`])).toEqual([]);
  });

  it('whose times never come, or whose action cannot be done, is refused with the field', async () => {
    const faults: [Partial<CreateCronJob>, (string | number)[]][] = [
      ...['61 * * * *', 'every now and then', '* * *', '0 0 31 2 *', { kind: 'every', value: 'soon' }, { kind: 'every', value: '0s' }].map(
        (schedule): [Partial<CreateCronJob>, string[]] => [{ schedule }, ['schedule']],
      ),
      [{ schedule: { kind: 'at', value: '25:99' } }, ['schedule']],
      [{ schedule: { kind: 'monthly', value: '1' } }, ['schedule']],
      [{ schedule: 5 }, ['schedule']],
      [{ schedule: undefined }, ['schedule']],
      [{ timezone: 'Mars/Olympus' }, ['schedule']],
      [{ name: 'x'.repeat(201) }, ['name']],
      [{ action: 'dance' }, ['action']],
      [{ action: 'agent' }, ['task']],
      [{ action: 'webhook', action_config: { url: 'ftp://x' } }, ['action_config', 'url']],
      [{ action: 'command', action_config: { app_id: 'x', function: 'y', params: [] } }, ['action_config', 'params']],
    ];
    for (const [more, loc] of faults)
      expect((await problemOf(harness.job(bob, more))).body).toMatchObject({ code: 'invalid_input', detail: [{ loc }] });
    const { id: job_id } = await harness.job(bob);
    const change = harness.call(automation.updateCronJob, bob, { job_id, schedule_value: 'nonsense' });
    expect((await problemOf(change)).body).toMatchObject({ detail: [{ loc: ['schedule_value'] }] });
  });

  it('of someone else does not exist', async () => {
    const ada = await harness.person();
    const { id: job_id } = await harness.job(ada);
    for (const stranger of [bob, { ...ada, tenant: 'another' }]) {
      const calls = [
        () => get(stranger, job_id),
        () => run(stranger, job_id),
        () => runs(stranger, job_id),
        () => harness.call(automation.updateCronJob, stranger, { job_id, name: 'x' }),
        () => harness.call(automation.deleteCronJob, stranger, { job_id }),
      ];
      for (const call of calls) expect(await codeOf(call())).toBe('job_not_found');
    }
    expect(await runs(ada, job_id)).toEqual([]);
  });

  it('is one of as many as a person may have, however many are created at once', async () => {
    const ada = await harness.person();
    const columns = 'id, tenant_id, user_id, name, trigger, schedule_kind, schedule_value, action';
    await harness.query(
      `insert into job (${columns}) select 'many' || n, $1, $2, 'j', 'schedule', 'every', '1d', 'log' from generate_series(1, 198) n`,
      [ada.tenant, ada.user],
    );
    const made = await Promise.allSettled(Array.from({ length: 5 }, () => harness.job(ada)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await codeOf(harness.job(ada))).toBe('too_many_jobs');
  });
});

describe('a run', () => {
  it('tells the agent, in one conversation of the job if it names none, and counts', async () => {
    const ada = await harness.person();
    const { id } = await harness.job(ada, { name: 'Digest', ...agentJob('Sum {{ payload }} up') });
    expect(await run(ada, id)).toEqual({ status: 'executed', job_id: id });
    await harness.ended(ada, 1);
    await run(ada, id);
    await harness.ended(ada, 2);
    expect(await get(ada, id)).toMatchObject({ run_count: 2, last_error: null, last_run: expect.any(Date) });
    const { conversations } = await harness.call(agent.listConversations, ada, { limit: 50, offset: 0 });
    expect(conversations).toMatchObject([{ title: 'Digest' }]);
    expect(await harness.said(ada, conversations[0]!.id)).toEqual(['Sum {{ payload }} up', 'Sum {{ payload }} up']);
  });

  it('that fails says so, and reaches no conversation of someone else', async () => {
    const ada = await harness.person();
    const conversation_id = await harness.talk(bob);
    const { id } = await harness.job(ada, agentJob('sly', { conversation_id }));
    await run(ada, id);
    await harness.ended(ada, 1);
    expect(await get(ada, id)).toMatchObject({ last_error: expect.stringContaining('conversation_not_found') });
    expect(await harness.said(bob, conversation_id)).toEqual([]);
  });

  it('happens once at each of its times, over several processes', async () => {
    const ada = await harness.person();
    const copy = await harness.startCopy();
    const { id } = await harness.job(ada, { schedule: { kind: 'every', value: '1s' }, overlap: 'queue' });
    await waitUntil('some runs', async () => (await runs(ada, id)).length >= 5, 30_000);
    await harness.call(automation.updateCronJob, ada, { job_id: id, enabled: false });
    await copy.stop();
    const slots = (await harness.query('select due_at from queue_job where job_id = $1', [id])).map(({ due_at }) => String(due_at));
    expect(new Set(slots).size).toBe(slots.length);
  });

  it('does not begin while the former one runs, unless it may queue, and says why', async () => {
    const ada = await harness.person();
    harness.model.mood = 'silent';
    const skipping = await harness.job(ada, agentJob('long'));
    const queueing = await harness.job(ada, { ...agentJob('long'), overlap: 'queue' });
    for (const { id } of [skipping, queueing]) {
      await makeDue(id);
      await waitUntil('the first run', async () => (await runs(ada, id)).some(({ status }) => status === 'running'), 20_000);
      await makeDue(id);
      await waitUntil('the second row', async () => (await runs(ada, id)).length === 2, 20_000);
    }
    expect(await runs(ada, skipping.id)).toMatchObject([
      { status: 'cancelled', error: expect.stringContaining('has not ended') },
      { status: 'running' },
    ]);
    expect((await runs(ada, queueing.id)).map(({ status }) => status)).not.toContain('cancelled');
    harness.model.mood = 'answer';
    for (const answer of harness.model.unanswered()) answer();
    await harness.ended(ada, 4);
  });

  it('calls an allowed address with a signature that its owner can verify, and no other address', async () => {
    const ada = await harness.person();
    const [near, far] = [await otherParty('127.0.0.2'), await otherParty('127.0.0.3')];
    const webhook = (url: string) => harness.job(ada, { action: 'webhook', action_config: { url } });
    const [allowed, forbidden] = [await webhook(`${near.url}/ping`), await webhook(`${far.url}/ping`)];
    expect(await get(ada, allowed.id)).not.toHaveProperty('signing_secret');
    for (const { id } of [allowed, forbidden]) await run(ada, id);
    await harness.ended(ada, 2);
    expect(far.seen).toEqual([]);
    expect(await get(ada, forbidden.id)).toMatchObject({ last_error: expect.stringContaining('not a public address') });
    const [{ headers, body }] = near.seen as [(typeof near.seen)[0]];
    const key = Buffer.from(allowed.signing_secret!.slice('whsec_'.length), 'base64');
    const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(JSON.parse(body)).toMatchObject({ event_type: 'cron.fired', data: { job_id: allowed.id } });
    await Promise.all([near.close(), far.close()]);
  });
});
