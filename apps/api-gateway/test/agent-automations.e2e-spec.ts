import { type Skep, startSkep, type TestUser } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';

let skep: Skep;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  skep = await startSkep();
  [ada, bob] = [await skep.signUpUser(), await skep.signUpUser()];
});
afterAll(() => skep?.close());

const ask = (who: TestUser, method: string, path: string, body?: object) =>
  skep.http(method, path, { token: who.access, ...(body && { body }) });
const deliver = (slug: string, raw: string | Buffer, headers: Record<string, string> = {}) =>
  skep.http('POST', `/api/webhooks/receive/${slug}`, { raw, headers: { 'content-type': 'text/plain', ...headers } });

describe('a webhook over HTTP', () => {
  it('verifies the bytes as they came, of any media type, with its headers', async () => {
    const template = "{{ headers['x-github-event'] }} {{ headers.get('authorization', 'none') }} {{ payload.raw }}";
    const { json } = await ask(ada, 'POST', '/api/webhooks/', { name: 'Hook', preset: 'github', template });
    const [slug, secret] = [String(json['slug']), String(json['secret'])];
    const body = 'text=ünïcode&x=%20';
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'x-hub-signature-256': signature, 'X-GitHub-Event': 'push', authorization: 'Bearer of-the-sender' };
    const taken = await deliver(slug, body, headers);
    expect(taken).toMatchObject({ status: 200, json: { status: 'ok', event_id: expect.any(String) } });
    expect(taken.json).not.toHaveProperty('processed');
    expect(await deliver(slug, `${body} `, headers)).toMatchObject({ status: 401, json: { detail: 'Invalid signature' } });
    const { json: kept } = await ask(ada, 'GET', `/api/webhooks/${String(json['id'])}/events?limit=5`);
    expect(kept).toMatchObject({ events: [{ status: 'failed' }, { status: 'processed', processed_content: `push none ${body}` }] });
    expect(await deliver('nobody', body)).toMatchObject({ status: 404, json: { detail: 'Webhook not found' } });
    expect(await deliver(slug, Buffer.alloc(1_000_001))).toMatchObject({ status: 413 });
    expect(await ask(bob, 'GET', `/api/webhooks/${String(json['id'])}`)).toMatchObject({ status: 404 });
  });
});

describe('a job over HTTP', () => {
  it('answers both dialects, with and without a slash at the end', async () => {
    const body = { name: 'Daily', schedule: '0 9 * * *', task: 'Sum up' };
    const { status, json } = await ask(ada, 'POST', '/api/cron/jobs/', body);
    expect([status, json]).toMatchObject([200, { schedule: { kind: 'cron', value: '0 9 * * *' }, schedule_kind: 'cron', task: 'Sum up' }]);
    const path = `/api/cron/jobs/${String(json['id'])}`;
    expect((await ask(ada, 'GET', path)).json).toEqual(json);
    expect(await ask(bob, 'GET', path)).toMatchObject({ status: 404, json: { detail: 'Job not found' } });
    const wrong = await ask(ada, 'PUT', path, { schedule_kind: 'cron', schedule_value: 'nonsense' });
    expect(wrong).toMatchObject({ status: 422, json: { detail: [{ loc: ['body', 'schedule_value'] }] } });
    expect((await ask(ada, 'DELETE', path)).json).toEqual({ status: 'deleted' });
  });
});
