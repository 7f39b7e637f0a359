import { automation } from '@skep/contracts/automation';
import type { Ctx } from '@skep/platform';
import { codeOf, codesOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { hmac, otherParty, useAgentAutomations } from './agent-automations.js';

const harness = useAgentAutomations();
let party: Awaited<ReturnType<typeof otherParty>>;
let ada: Ctx;

beforeAll(async () => void (party = await otherParty('127.0.0.2')));
beforeEach(async () => {
  ada = await harness.person();
  party.seen.length = 0;
  party.status = 200;
});
afterAll(() => party?.close());

const caller = () => harness.job(ada, { action: 'webhook', action_config: { url: `${party.url}/ping` } });
const run = async (job_id: string, count: number) => {
  await harness.call(automation.runCronJob, ada, { job_id });
  await harness.ended(ada, count);
};
/** Whether a receiver with this secret believes a request. */
const believes = (secret: string, { headers, body }: (typeof party.seen)[0]): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};
const rotateJob = (job_id: string, overlap_hours = 24) => harness.call(automation.rotateCronJobSecret, ada, { job_id, overlap_hours });

describe('the key that signs requests', () => {
  it('is replaced: both sign for a day, and then only the new one', async () => {
    const { id, signing_secret: first = '' } = await caller();
    const { signing_secret: second, previous_until } = await rotateJob(id);
    expect(second).toMatch(/^whsec_/);
    expect(previous_until!.getTime() / 3_600_000).toBeCloseTo(Date.now() / 3_600_000 + 24, 1);
    await run(id, 1);
    expect([first, second].map((secret) => believes(secret, party.seen[0]!))).toEqual([true, true]);
    await harness.query('update job set previous_until = now() where id = $1', [id]);
    await run(id, 2);
    expect([first, second].map((secret) => believes(secret, party.seen[1]!))).toEqual([false, true]);
    const [stored] = await harness.query('select to_jsonb(job) as row from job where id = $1', [id]);
    expect(JSON.stringify(stored)).not.toContain(second.slice('whsec_'.length));
  });

  it('that others know is replaced at once', async () => {
    const { id, signing_secret: first = '' } = await caller();
    const { signing_secret: second, previous_until } = await rotateJob(id, 0);
    expect(previous_until).toBeNull();
    await run(id, 1);
    expect([first, second].map((secret) => believes(secret, party.seen[0]!))).toEqual([false, true]);
  });

  it('of a rule is replaced too', async () => {
    const action_config = { url: `${party.url}/rule` };
    const { id: rule_id } = await harness.eventRule(ada, { action: 'call_webhook', action_config });
    const { signing_secret } = await harness.call(automation.rotateEventRuleSecret, ada, { rule_id, overlap_hours: 24 });
    await harness.deliver((await harness.hook(ada, { secret: null })).slug, { text: 'hi' });
    await harness.ended(ada, 1);
    expect(believes(signing_secret, party.seen[0]!)).toBe(true);
  });

  it('is its person’s, exists only for what calls an address, and has an overlap of a day at most', async () => {
    const bob = await harness.person();
    const [{ id: job_id }, rule, hook] = [await caller(), await harness.eventRule(ada), await harness.hook(ada)];
    for (const stranger of [bob, { ...ada, tenant: 'another' }])
      expect(
        await codesOf([
          harness.call(automation.rotateCronJobSecret, stranger, { job_id, overlap_hours: 0 }),
          harness.call(automation.rotateEventRuleSecret, stranger, { rule_id: rule.id, overlap_hours: 0 }),
          harness.call(automation.rotateInboundWebhook, stranger, { webhook_id: hook.id, overlap_hours: 0 }),
        ]),
      ).toEqual(['job_not_found', 'event_rule_not_found', 'webhook_not_found']);
    const [log, quiet] = [await harness.job(ada), await harness.eventRule(ada)];
    expect(await codeOf(rotateJob(log.id))).toBe('not_signed');
    expect(await codeOf(harness.call(automation.rotateEventRuleSecret, ada, { rule_id: quiet.id, overlap_hours: 1 }))).toBe('not_signed');
    for (const overlap_hours of [25, -1])
      expect((await problemOf(rotateJob(job_id, overlap_hours))).body).toMatchObject({
        ...{ code: 'invalid_input', detail: [{ loc: ['overlap_hours'] }] },
      });
  });
});

it('a request that is tried again, or repeated after it has failed, has the same id', async () => {
  const { id, signing_secret = '' } = await caller();
  party.status = 500;
  await harness.query('alter table queue_job alter column max_retries set default 1');
  await run(id, 1);
  party.status = 200;
  const [{ id: job_id } = { id: '' }] = (await harness.call(automation.listQueueJobs, ada, { status: 'failed', limit: 10 })).jobs;
  const again = await harness.call(automation.replayQueueJob, ada, { job_id });
  await harness.ended(ada, 2);
  await harness.call(automation.replayQueueJob, ada, { job_id: again.id });
  expect((await harness.ended(ada, 3)).map(({ status }) => status)).toEqual(['completed', 'completed', 'failed']);
  const ids = party.seen.map(({ headers }) => headers['webhook-id']);
  expect([ids.length, new Set(ids)]).toEqual([4, new Set([job_id])]);
  expect(party.seen.every((request) => believes(signing_secret, request))).toBe(true);
});

describe('the secret of a webhook', () => {
  const body = (n: number) => JSON.stringify({ n });
  const deliver = (slug: string, secret: string, n: number) =>
    harness.deliver(slug, body(n), { 'x-webhook-signature': hmac(secret, body(n)) });

  it('is replaced: both are accepted for a day, and then only the new one', async () => {
    const { id: webhook_id, slug, secret: first } = await harness.hook(ada);
    const { secret: second } = await harness.call(automation.rotateInboundWebhook, ada, { webhook_id, overlap_hours: 24 });
    expect([await deliver(slug, first!, 1), await deliver(slug, second, 2)]).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    await harness.query('update webhook set previous_until = now() where id = $1', [webhook_id]);
    expect(await codeOf(deliver(slug, first!, 3))).toBe('invalid_signature');
    expect(await deliver(slug, second, 4)).toMatchObject({ status: 'ok' });
  });

  it('may be one that the sender has made, and may replace the former at once', async () => {
    const { id: webhook_id, slug, secret: first } = await harness.hook(ada);
    const rotated = await harness.call(automation.rotateInboundWebhook, ada, { webhook_id, secret: 'of the sender', overlap_hours: 0 });
    expect(rotated).toEqual({ secret: 'of the sender', previous_until: null });
    expect(await codeOf(deliver(slug, first!, 1))).toBe('invalid_signature');
    expect(await deliver(slug, 'of the sender', 2)).toMatchObject({ status: 'ok' });
  });
});

describe('a signed delivery that is replayed', () => {
  const text = '{"ref":"main"}';

  it.each([
    ['github', 'x-github-delivery', 'x-hub-signature-256'],
    ['generic', 'webhook-id', 'x-webhook-signature'],
  ] as const)(
    'under another id is the same to a webhook of %s for five minutes, also at once',
    async (preset, idHeader, signatureHeader) => {
      const { id: webhook_id, slug, secret } = await harness.hook(ada, { preset });
      const signature = { [signatureHeader]: `sha256=${hmac(secret!, text)}` };
      const answers = await Promise.all(['a', 'b', 'c'].map((id) => harness.deliver(slug, text, { ...signature, [idHeader]: id })));
      answers.push(await harness.deliver(slug, text, signature));
      expect(new Set(answers.map(({ event_id }) => event_id)).size).toBe(1);
      expect((await harness.call(automation.listInboundWebhookEvents, ada, { webhook_id, limit: 20 })).events).toHaveLength(1);
      await harness.query(`update webhook_event set created_at = created_at - interval '5 minutes' where webhook_id = $1`, [webhook_id]);
      const later = await harness.deliver(slug, text, { ...signature, [idHeader]: 'd' });
      expect(later.event_id).not.toBe(answers[0]!.event_id);
    },
  );

  it('is another one to another webhook, and if nothing is signed', async () => {
    const [one, two] = [await harness.hook(ada, { secret: 's' }), await harness.hook(ada, { secret: 's' })];
    const open = await harness.hook(ada, { secret: null });
    const headers = { 'x-webhook-signature': hmac('s', text) };
    const answers = [await harness.deliver(one.slug, text, headers), await harness.deliver(two.slug, text, headers)];
    answers.push(await harness.deliver(open.slug, text), await harness.deliver(open.slug, text));
    expect(new Set(answers.map(({ event_id }) => event_id)).size).toBe(4);
  });
});
