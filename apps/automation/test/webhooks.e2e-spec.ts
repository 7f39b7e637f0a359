import { automation, WEBHOOKS_MAX } from '@skep/contracts/automation';
import type { Ctx } from '@skep/platform';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { hmac, useAgentAutomations } from './agent-automations.js';

const harness = useAgentAutomations();
let ada: Ctx;
let bob: Ctx;

beforeAll(async () => void ([ada, bob] = [await harness.person(), await harness.person()]));

const eventsOf = async (who: Ctx, webhook_id: string, limit = 20) =>
  (await harness.call(automation.listInboundWebhookEvents, who, { webhook_id, limit })).events;
const get = (who: Ctx, webhook_id: string) => harness.call(automation.getInboundWebhook, who, { webhook_id });
const PUSH = { repository: { name: 'skep' } };

describe('a webhook', () => {
  it('is created, read, changed and deleted, and its secret is shown once and sealed', async () => {
    const made = await harness.hook(ada, { template: 'x {{ payload.a }}', conversation_id: 'c1' });
    expect(made).toMatchObject({ preset: 'generic', receive_url: `/api/webhooks/receive/${made.slug}` });
    expect(made.secret).toMatch(/^[0-9a-f]{64}$/);
    const read = await get(ada, made.id);
    expect(read).toMatchObject({ enabled: true, has_secret: true, target_conversation_id: 'c1', template: 'x {{ payload.a }}' });
    const { webhooks } = await harness.call(automation.listInboundWebhooks, ada, {});
    expect(webhooks).toContainEqual(read);
    expect(JSON.stringify([read, webhooks])).not.toContain(made.secret);
    const [row] = await harness.query('select sealed_secret from webhook where id = $1', [made.id]);
    expect(String(row?.['sealed_secret'])).not.toContain(made.secret);
    await harness.call(automation.updateInboundWebhook, ada, { webhook_id: made.id, name: 'Other', target_conversation_id: null });
    expect(await get(ada, made.id)).toMatchObject({ name: 'Other', target_conversation_id: null, template: 'x {{ payload.a }}' });
    expect(await harness.call(automation.deleteInboundWebhook, ada, { webhook_id: made.id })).toEqual({ status: 'deleted' });
    expect(await codeOf(harness.deliver(made.slug, PUSH))).toBe('webhook_not_found');
  });

  it('of someone else does not exist, and neither does what was delivered to it', async () => {
    const { id: webhook_id, slug } = await harness.hook(ada, { secret: null });
    const { event_id } = await harness.deliver(slug, PUSH);
    for (const stranger of [bob, { ...ada, tenant: 'another' }]) {
      const calls = [
        () => harness.call(automation.getInboundWebhook, stranger, { webhook_id }),
        () => harness.call(automation.updateInboundWebhook, stranger, { webhook_id, enabled: false }),
        () => harness.call(automation.deleteInboundWebhook, stranger, { webhook_id }),
        () => harness.call(automation.listInboundWebhookEvents, stranger, { webhook_id, limit: 1 }),
        () => harness.call(automation.testInboundWebhook, stranger, { webhook_id, payload: {} }),
        () => harness.call(automation.replayInboundWebhookEvent, stranger, { webhook_id, event_id }),
      ];
      for (const call of calls) expect(await codeOf(call())).toBe('webhook_not_found');
      expect(await harness.call(automation.listInboundWebhooks, stranger, {})).toEqual({ webhooks: [] });
    }
    const own = await harness.hook(bob, { secret: null });
    const foreign = harness.call(automation.replayInboundWebhookEvent, bob, { webhook_id: own.id, event_id });
    expect(await codeOf(foreign)).toBe('webhook_not_found');
  });

  it('has a slug of its own, among all people', async () => {
    const { slug } = await harness.hook(ada, { slug: 'mine-and-only' });
    for (const who of [ada, bob, { ...ada, tenant: 'another' }]) expect(await codeOf(harness.hook(who, { slug }))).toBe('slug_taken');
  });

  it('names what is wrong with it', async () => {
    for (const [field, value] of Object.entries({
      name: '',
      slug: 'a b',
      secret: 'x'.repeat(201),
      preset: 'gitlab',
      template: 'x'.repeat(20_001),
    })) {
      const { body } = await problemOf(harness.hook(ada, { [field]: value } as object));
      expect(body).toMatchObject({ code: 'invalid_input', detail: [{ loc: [field] }] });
    }
  });

  it('is one of as many as a person may have', async () => {
    const eve = await harness.person();
    await harness.query(
      `insert into webhook (id, tenant_id, user_id, name, slug, preset) select 'w' || n, $1, $2, 'w', 'many-' || n, 'generic' from generate_series(1, $3) n`,
      [eve.tenant, eve.user, WEBHOOKS_MAX],
    );
    expect(await codeOf(harness.hook(eve))).toBe('too_many_webhooks');
  });
});

describe('a delivery', () => {
  it('with a wrong, a foreign or no signature is refused and kept as failed', async () => {
    const { id, slug, secret } = await harness.hook(ada, { preset: 'github', conversation_id: 'c1' });
    const body = JSON.stringify(PUSH);
    const signed = (key: string, text: string) => ({ 'x-hub-signature-256': `sha256=${hmac(key, text)}` });
    for (const headers of [signed('another', body), signed(secret!, `${body} `), {}])
      expect((await problemOf(harness.deliver(slug, body, headers))).body).toMatchObject({
        code: 'invalid_signature',
        detail: 'Invalid signature',
      });
    expect(await eventsOf(ada, id)).toMatchObject(Array.from({ length: 3 }, () => ({ status: 'failed', error: 'Invalid signature' })));
    const { event_id } = await harness.deliver(slug, body, signed(secret!, body));
    expect((await eventsOf(ada, id))[0]).toMatchObject({ id: event_id, status: 'processed', error: null });
    const kept = await harness.query('select headers, payload from webhook_event where id = $1', [event_id]);
    expect(kept).toEqual([{ headers: {}, payload: PUSH }]);
  });

  it('that is not taken leaves at most fifty rows in an hour', async () => {
    const { id, slug } = await harness.hook(ada);
    for (let n = 0; n < 53; n++) await codeOf(harness.deliver(slug, PUSH));
    expect(await eventsOf(ada, id, 200)).toHaveLength(50);
  });

  it('of Stripe and of Slack is not taken after five minutes', async () => {
    const body = '{"id":"evt_1"}';
    const at = (ago: number) => String(Math.floor(Date.now() / 1_000) - ago);
    const stripe = await harness.hook(ada, { preset: 'stripe', secret: 'whsec_1' });
    const byStripe = (t: string) =>
      harness.deliver(stripe.slug, body, { 'stripe-signature': `t=${t},v1=${hmac('whsec_1', `${t}.${body}`)}` });
    expect(await codeOf(byStripe(at(310)))).toBe('invalid_signature');
    const first = await byStripe(at(0));
    expect(await byStripe(at(1))).toEqual(first);
    const slack = await harness.hook(ada, { preset: 'slack', secret: 's' });
    const bySlack = (t: string) =>
      harness.deliver(slack.slug, body, { 'x-slack-request-timestamp': t, 'x-slack-signature': `v0=${hmac('s', `v0:${t}:${body}`)}` });
    expect(await codeOf(bySlack(at(310)))).toBe('invalid_signature');
    const now = at(0);
    expect(await bySlack(now)).toEqual(await bySlack(now));
  });

  it('that repeats is one event, one run and one answer, also at once', async () => {
    const conversation_id = await harness.talk(ada);
    const { id, slug } = await harness.hook(ada, {
      secret: null,
      preset: 'github',
      name: 'Push',
      template: 'to {{ payload.repository.name }}',
      conversation_id,
    });
    const deliver = () => harness.deliver(slug, PUSH, { 'x-github-delivery': 'd-1' });
    const answers = await Promise.all(Array.from({ length: 8 }, deliver));
    expect(new Set(answers.map(({ event_id }) => event_id)).size).toBe(1);
    await waitUntil('the message to the agent', async () => (await harness.said(ada, conversation_id)).length > 0, 20_000);
    await harness.ended(ada, 1);
    expect(await deliver()).toEqual(answers[0]);
    expect(await eventsOf(ada, id)).toHaveLength(1);
    expect(await harness.said(ada, conversation_id)).toEqual(['[Webhook: Push]\nto skep']);
  });

  it('is answered before the agent runs, and an agent that fails is a job that failed', async () => {
    const fay = await harness.person();
    const { slug } = await harness.hook(fay, { secret: null, conversation_id: '00000000-0000-4000-8000-000000000000' });
    await harness.deliver(slug, PUSH);
    expect(await harness.ended(fay, 1)).toMatchObject([
      { type: 'agent_run', status: 'failed', error: expect.stringContaining('conversation_not_found') },
    ]);
  });

  it('reaches no conversation of someone else', async () => {
    const gil = await harness.person();
    const conversation_id = await harness.talk(ada);
    const { slug } = await harness.hook(gil, { secret: null, conversation_id });
    await harness.deliver(slug, PUSH);
    expect(await harness.ended(gil, 1)).toMatchObject([{ status: 'failed' }]);
    expect(await harness.said(ada, conversation_id)).toEqual([]);
  });

  it('removes the oldest beyond a thousand, also at once, and is noted in any case', async () => {
    const ida = await harness.person();
    const { id, slug } = await harness.hook(ida, { secret: null, template: '{{ payload.n }}' });
    await harness.query(
      `insert into webhook_event (id, webhook_id, tenant_id, user_id, status, processed_content, created_at)
       select 'old' || n, $1, $2, $3, 'processed', 'old ' || n, now() - n * interval '1 minute' from generate_series(1, 1000) n`,
      [id, ida.tenant, ida.user],
    );
    await Promise.all(Array.from({ length: 40 }, (_, n) => harness.deliver(slug, { n })));
    await harness.deliver(slug, { n: 40 });
    const kept = await harness.query(`select id like 'old%' as is_old, id from webhook_event where webhook_id = $1`, [id]);
    expect([kept.length, kept.filter(({ is_old }) => !is_old).length]).toEqual([1_000, 41]);
    expect(kept.some((event) => event['id'] === 'old960')).toBe(false);
    const noted = await harness.query(`select count(*)::int as n from happening where user_id = $1 and type = 'webhook.received'`, [
      ida.user,
    ]);
    expect(noted).toEqual([{ n: 41 }]);
  });

  it('to a webhook that is disabled or does not exist is refused', async () => {
    const { id, slug } = await harness.hook(ada, { secret: null });
    await harness.call(automation.updateInboundWebhook, ada, { webhook_id: id, enabled: false });
    expect(await codeOf(harness.deliver(slug, PUSH))).toBe('webhook_disabled');
    expect(await codeOf(harness.deliver('nobody', PUSH))).toBe('webhook_not_found');
  });

  it('may be text, may be nested deeply, and may contain what Postgres cannot store', async () => {
    const { id, slug } = await harness.hook(ada, { secret: null, template: '{{ payload.raw }}' });
    await harness.deliver(slug, 'plain words');
    await harness.deliver(slug, '{"a":"\\u0000\\ud800"}');
    await harness.deliver(slug, '['.repeat(5_000) + ']'.repeat(5_000));
    const [deep, odd, plain] = await eventsOf(ada, id);
    expect([plain?.processed_content, odd?.status, deep?.processed_content?.length]).toEqual(['plain words', 'processed', 10_000]);
    expect(await codeOf(harness.deliver(slug, 'x'.repeat(1_000_001)))).toBe('too_large');
  });

  it('is tried without a signature and without the agent, and is processed again with it', async () => {
    const hal = await harness.person();
    const conversation_id = await harness.talk(hal);
    const { id: webhook_id } = await harness.hook(hal, { conversation_id, template: 'key {{ payload.key }}' });
    const tested = await harness.call(automation.testInboundWebhook, hal, { webhook_id, payload: { key: 'k' } });
    expect(tested).toMatchObject({ status: 'ok', processed: 'key k' });
    expect(await harness.said(hal, conversation_id)).toEqual([]);
    await harness.call(automation.updateInboundWebhook, hal, { webhook_id, template: 'again {{ payload.key }}' });
    const replayed = await harness.call(automation.replayInboundWebhookEvent, hal, { webhook_id, event_id: tested.event_id });
    expect(replayed).toMatchObject({ processed: 'again k' });
    expect(replayed.event_id).not.toBe(tested.event_id);
    await harness.ended(hal, 1);
    expect(await harness.said(hal, conversation_id)).toEqual(['[Webhook: A hook]\nagain k']);
  });
});
