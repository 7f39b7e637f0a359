import { automation } from '@skep/contracts/automation';
import type { Ctx } from '@skep/platform';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useAgentAutomations } from './agent-automations.js';
import { APP, SERVICE } from './automation.js';

const harness = useAgentAutomations();
let bob: Ctx;

beforeAll(async () => void (bob = await harness.person()));

const get = (who: Ctx, job_id: string) => harness.call(automation.getQueueJob, who, { job_id });
const list = async (who: Ctx, more = {}) => (await harness.call(automation.listQueueJobs, who, { limit: 50, ...more })).jobs;
/** Fills the places of a person: what they submit from now on waits until the model answers. */
async function occupy(who: Ctx): Promise<() => void> {
  const { model } = harness;
  const before = model.asked.length;
  model.mood = 'silent';
  for (let n = 0; n < 4; n++)
    await harness.submit(who, { type: 'agent_run', payload: { conversation_id: await harness.talk(who), message: 'wait' } });
  await waitUntil('the model to be asked', () => model.asked.length >= before + 4, 20_000);
  return () => {
    model.mood = 'answer';
    for (const answer of model.unanswered()) answer();
  };
}

describe('work', () => {
  it('tells an agent in a conversation, once, and keeps the answer', async () => {
    const ada = await harness.person();
    const conversation_id = await harness.talk(ada);
    const made = await harness.submit(ada, { type: 'agent_run', payload: { conversation_id, message: 'Hello' }, priority: 5 });
    expect(made).toMatchObject({ status: 'pending', priority: 5, max_retries: 0, attempts: 0, output: null, ended_at: null });
    const [ended] = await harness.ended(ada, 1);
    expect(ended).toMatchObject({ id: made.id, status: 'completed', attempts: 1, error: null, output: { finish_reason: 'stop' } });
    expect(ended?.duration_ms).toBeGreaterThanOrEqual(0);
    expect(await get(ada, made.id)).toEqual(ended);
    expect(await harness.said(ada, conversation_id)).toEqual(['Hello']);
    expect(await list(ada, { status: 'completed', type: 'agent_run' })).toEqual([ended]);
    expect(await list(ada, { type: 'nosuch' })).toEqual([]);
  });

  it('calls a function of an app of its person, and says why it fails', async () => {
    const ada = await harness.person();
    await harness.submit(ada, { type: 'command', payload: { app_id: APP, function: 'add_note', params: { text: 'noted' } } });
    await harness.submit(ada, { type: 'command', payload: { app_id: 'nobodys', function: 'add_note' } });
    const ended = await harness.ended(ada, 2);
    expect(ended.map(({ status }) => status)).toEqual(['failed', 'completed']);
    expect(await harness.notes(ada)).toEqual(['noted']);
  });

  it('needs what its person may do at the time', async () => {
    const ada = await harness.person();
    const deny = `update account set denied_scopes = '{extensions:call,agent:use}' where id = $1`;
    await harness.infra.query('auth-gateway', deny, [ada.user]);
    await harness.submit(ada, { type: 'command', payload: { app_id: APP, function: 'add_note', params: { text: 'no' } } });
    await harness.submit(ada, { type: 'agent_run', payload: { message: 'no' } });
    for (const { status, error } of await harness.ended(ada, 2))
      expect([status, error]).toEqual(['failed', expect.stringContaining('scope')]);
  });

  it('of a higher priority begins before what waits longer, and what waits can be cancelled', async () => {
    const ada = await harness.person();
    const release = await occupy(ada);
    const low = await harness.submit(ada);
    const high = await harness.submit(ada, { priority: 10 });
    const cancelled = await harness.submit(ada, { priority: 20 });
    expect(await harness.call(automation.cancelQueueJob, ada, { job_id: cancelled.id })).toEqual({
      status: 'cancelled',
      job_id: cancelled.id,
    });
    expect(await harness.call(automation.getQueueState, ada, {})).toMatchObject({
      backend: 'postgres',
      pending: 2,
      running: 4,
      cancelled: 1,
    });
    release();
    await harness.ended(ada, 7);
    const [first, second] = [await get(ada, high.id), await get(ada, low.id)];
    expect(first.started_at!.getTime()).toBeLessThanOrEqual(second.started_at!.getTime());
    expect(await get(ada, cancelled.id)).toMatchObject({ status: 'cancelled', started_at: null });
    for (const job_id of [high.id, 'nosuch'])
      expect((await problemOf(harness.call(automation.cancelQueueJob, ada, { job_id }))).body).toMatchObject({
        ...{ status: 400, detail: 'Job not found or not in pending state' },
      });
  });

  it('of someone else does not exist', async () => {
    const ada = await harness.person();
    const { id: job_id } = await harness.submit(ada);
    await harness.ended(ada, 1);
    for (const stranger of [bob, { ...ada, tenant: 'another' }]) {
      expect(await codeOf(get(stranger, job_id))).toBe('job_not_found');
      expect(await codeOf(harness.call(automation.replayQueueJob, stranger, { job_id }))).toBe('job_not_found');
      expect(await codeOf(harness.call(automation.cancelQueueJob, stranger, { job_id }))).toBe('bad_request');
      expect(await list(stranger)).toEqual([]);
      expect(await harness.call(automation.cleanUpQueue, stranger, { max_age_days: 0 })).toEqual({ removed: 0 });
    }
    expect(await harness.call(automation.cleanUpQueue, ada, { max_age_days: 1 })).toEqual({ removed: 0 });
    expect(await harness.call(automation.cleanUpQueue, ada, { max_age_days: 0 })).toEqual({ removed: 1 });
  });

  it('names what is wrong with it', async () => {
    const faults: [object, (string | number)[]][] = [
      [{ priority: 101 }, ['priority']],
      [{ max_retries: 11 }, ['max_retries']],
      [{ type: 'nosuch' }, ['type']],
      [{ type: 'agent_run' }, ['payload', 'message']],
      [{ type: 'command', payload: { app_id: 'a' } }, ['payload', 'function']],
    ];
    for (const [more, loc] of faults)
      expect((await problemOf(harness.submit(bob, more))).body).toMatchObject({ code: 'invalid_input', detail: [{ loc }] });
  });

  it('is tried again after a pause as often as it says, and can be repeated when it has failed', async () => {
    const ada = await harness.person();
    harness.model.mood = 500;
    const payload = { conversation_id: await harness.talk(ada), message: 'Hello' };
    const { id: job_id } = await harness.submit(ada, { type: 'agent_run', payload, max_retries: 1 });
    expect(await codeOf(harness.call(automation.replayQueueJob, ada, { job_id }))).toBe('job_not_ended');
    expect(await harness.ended(ada, 1)).toMatchObject([{ status: 'failed', attempts: 2, error: 'LLM provider error' }]);
    harness.model.mood = 'answer';
    const again = await harness.call(automation.replayQueueJob, ada, { job_id });
    expect(again).toMatchObject({ status: 'pending', payload });
    expect(await harness.ended(ada, 2)).toMatchObject([
      { id: again.id, status: 'completed' },
      { id: job_id, status: 'failed' },
    ]);
  });

  it('ends when its time is over, although its run has ended without it', async () => {
    const ada = await harness.person();
    await harness.query(
      `insert into queue_job (id, tenant_id, user_id, type, payload, status, started_at)
       values ('late', $1, $2, 'log', '{}', 'running', now() - interval '7 hours')`,
      [ada.tenant, ada.user],
    );
    await harness.call(automation.failLateExecutions, SERVICE, {});
    expect(await get(ada, 'late')).toMatchObject({ status: 'failed', error: 'It did not end in time.' });
  });

  it('is refused while a thousand of its person wait', async () => {
    const ada = await harness.person();
    await harness.query(
      `insert into queue_job (id, tenant_id, user_id, type, payload) select 'full' || n, $1, $2, 'log', '{}' from generate_series(1, 1000) n`,
      [ada.tenant, ada.user],
    );
    expect(await codeOf(harness.submit(ada))).toBe('queue_full');
  });
});
