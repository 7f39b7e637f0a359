import { auth } from '@skep/contracts/auth';
import { channels, type ListEmails, type UpdateEmailTemplate } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { asAnonymous, asService, codeOf, codesOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChannelsHarness, openChannels } from './channels.js';
import { type MailServer, startMailServer } from './smtp.js';

const service = asService('test');

let harness: ChannelsHarness;
let server: MailServer;
let ada: Ctx;
let zoe: Ctx;
beforeAll(async () => {
  server = await startMailServer();
  harness = await openChannels({ env: { SMTP_URL: server.url, SKEP_PUBLIC_URL: 'https://skep.example/' } });
  ({ ada, zoe } = harness);
  for (const user of [ada, zoe]) await harness.choose(user, { default: ['email'] });
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});
beforeEach(async () => {
  await harness.settle();
  Object.assign(server, { received: [], answers: [] });
  for (const table of ['email', 'email_template', 'preference']) await harness.query(`delete from ${table}`);
});

const log = async (more: Partial<ListEmails> = {}, ctx = service) =>
  (await harness.call(channels.listEmails, ctx, { limit: 50, offset: 0, ...more })).rows;
const template = (changes: Partial<UpdateEmailTemplate>) =>
  harness.call(channels.updateEmailTemplate, service, { case: 'notification', ...changes });
const delivered = async () => {
  await harness.settle();
  return server.received;
};
const eml = (notification: string) => notification.replace('ntf_', 'eml_');

describe('an e-mail with a notification', () => {
  it('goes to the address of the user, once, with a text and an HTML part, and is in the log', async () => {
    const id = await harness.notify(ada, { subject: 'Report', message: 'Ready <b>', body: 'All of it.', extension_id: 'reports' });
    const [first, ...others] = await delivered();
    expect([first?.to, others]).toEqual([['ada@example.com'], []]);
    expect(first?.mail).toMatch(/^Subject: Report\r$/m);
    expect(first?.mail).toMatch(new RegExp(`^Message-ID: <${eml(id)}@skep>`, 'm'));
    for (const part of [/^Content-Type: text\/plain/m, /^Content-Type: text\/html/m, /^Ready <b>\r$/m, /Ready &lt;b&gt;/, /All of it\./])
      expect(first?.mail).toMatch(part);
    expect(await log()).toEqual([
      {
        ...{
          id: eml(id),
          created_at: expect.any(Date),
          case: 'notification',
          to_email: 'ada@example.com',
          user_id: ada.user,
          subject: 'Report',
        },
        ...{ status: 'sent', provider_message_id: `<${eml(id)}@skep>`, error: null, dedup_key: id, tag: 'reports' },
      },
    ]);
    expect(await harness.heard(ada)).toEqual([]);
  });

  it('has no headers and no recipients but its own, whatever the notification says', async () => {
    const hostile = 'Hi\r\nBcc: eve@example.com\r\n\r\n<script>alert(1)</script>';
    await harness.notify(ada, {
      subject: hostile,
      message: hostile,
      body: `${hostile}\r\n.\r\nRCPT TO:<eve@example.com>`,
      source: hostile.slice(0, 60),
    });
    const [first, ...others] = await delivered();
    expect([first?.to, others]).toEqual([['ada@example.com'], []]);
    const [head = ''] = first!.mail.split('\r\n\r\n');
    expect(head).not.toMatch(/^Bcc:/im);
    expect(head.match(/^To:.*$/gm)).toEqual(['To: ada@example.com']);
    const html = first!.mail.slice(first!.mail.indexOf('text/html'));
    expect(html).not.toMatch(/<script>/);
  });

  it('is tried again after a temporary failure, and is the same e-mail', async () => {
    server.answers = [451, 'drop'];
    const id = await harness.notify(ada);
    const received = await delivered();
    // The server accepted one whose answer was lost: it gets it again, with the same Message-ID.
    expect(received.map(({ mail }) => /^Message-ID: <(.*)@skep>/im.exec(mail)?.[1])).toEqual([eml(id), eml(id)]);
    expect(await log()).toMatchObject([{ status: 'sent', error: null }]);
  });

  it('is given up when the server refuses it, and does not hold up others', async () => {
    server.answers = [550];
    await harness.notify(ada, { message: 'Refused.' });
    await waitUntil('the refusal', async () => (await log({ status: 'failed' }))[0]?.error?.includes('planted'));
    await harness.notify(ada, { message: 'Next.' });
    expect(await delivered()).toHaveLength(1);
    expect((await log()).map(({ status }) => status)).toEqual(['sent', 'failed']);
  });

  it('is sent once although its step is repeated', async () => {
    const id = await harness.notify(ada);
    await delivered();
    const its = `kind = 'notification.email' and input ->> 'notification_id' = $1`;
    await harness.query(`delete from run_step where run_id in (select id from run where ${its})`, [id]);
    await harness.query(`update run set status = 'queued', ended_at = null, due_at = now() where ${its}`, [id]);
    expect(await delivered()).toHaveLength(1);
    expect(await log()).toMatchObject([{ id: eml(id), status: 'sent' }]);
  });

  it('unsubscribes its recipient with one POST, and nobody with a forged link', async () => {
    await harness.notify(ada);
    const [first] = await delivered();
    const head = first!.mail.replace(/\r\n[ \t]+/g, '');
    expect(head).toMatch(/^List-Unsubscribe-Post: ?List-Unsubscribe=One-Click\r$/m);
    const token = /^List-Unsubscribe: ?<https:\/\/skep\.example\/v1\/notifications\/unsubscribe\?token=([\w-]+)>\r$/m.exec(head)![1]!;
    const unsubscribe = (token: string) => harness.call(channels.unsubscribe, asAnonymous(), { token });
    const forged = [`${token.slice(0, -4)}AAAA`, 'x', Buffer.from('["default","imp_u_x"]').toString('base64url')];
    for (const wrong of forged) expect(await codeOf(unsubscribe(wrong))).toBe('unsubscribe_invalid');
    await harness.notify(ada);
    expect(await delivered()).toHaveLength(2);
    await unsubscribe(token);
    await harness.notify(ada, { priority: 'urgent' });
    await harness.notify(zoe);
    expect((await delivered()).map(({ to }) => to)).toEqual([['ada@example.com'], ['ada@example.com'], ['zoe@example.com']]);
  });
});

describe('a template', () => {
  it('has a default, is changed field by field, and holds from then on', async () => {
    const before = await harness.call(channels.getEmailTemplate, service, { case: 'notification' });
    expect(before).toMatchObject({ case: 'notification', enabled: true, updated_by: '', updated_at: null });
    await template({ subject: '[{{source}}] {{subject}}', updated_by: 'root' });
    const after = await template({ html_body: '<p>{{message}}</p>' });
    expect(after).toEqual({
      ...{ ...before, subject: '[{{source}}] {{subject}}', html_body: '<p>{{message}}</p>' },
      ...{ updated_by: '', updated_at: expect.any(Date) },
    });
    expect(await harness.call(channels.listEmailTemplates, service, {})).toEqual([after]);
    await harness.notify(ada, { subject: 'Report', extension_id: 'reports' });
    expect((await delivered())[0]?.mail).toMatch(/^Subject: \[reports\] Report\r$/m);
  });

  it('that is turned off sends nothing, and the log says so', async () => {
    await template({ enabled: false });
    await harness.notify(ada);
    expect(await delivered()).toEqual([]);
    expect(await log()).toMatchObject([{ status: 'skipped_disabled', provider_message_id: null }]);
  });

  it('is tested, which says how it went', async () => {
    const test = () => harness.call(channels.testEmail, service, { case: 'notification', to: 'root@example.com' });
    expect(await test()).toMatchObject({ status: 'sent', to_email: 'root@example.com', user_id: null, tag: 'test' });
    server.answers = [451, 550];
    for (let n = 0; n < 2; n++) expect(await test()).toMatchObject({ status: 'failed', error: expect.stringContaining('planted') });
    expect(server.received.map(({ to }) => to)).toEqual([['root@example.com']]);
  });

  it('of an unknown case is not found', async () => {
    for (const code of await codesOf([
      harness.call(channels.getEmailTemplate, service, { case: 'constructor' }),
      template({ case: 'welcome' }),
      harness.call(channels.testEmail, service, { case: 'welcome', to: 'root@example.com' }),
    ]))
      expect(code).toBe('email_template_not_found');
    expect(await codeOf(harness.call(channels.testEmail, service, { case: 'notification', to: 'a@b.c, d@e.f' }))).toBe('invalid_input');
  });
});

it('the log is filtered by case, status and user, and by the tenant of an acting user', async () => {
  for (const user of [ada, ada, zoe]) await harness.notify(user);
  await delivered();
  expect(await log()).toHaveLength(3);
  expect(await log({ limit: 2 })).toHaveLength(2);
  expect(await log({ limit: 2, offset: 2 })).toHaveLength(1);
  expect(await log({ user_id: ada.user, status: 'sent', case: 'notification' })).toHaveLength(2);
  for (const none of [{ status: 'failed' as const }, { case: 'x' }, { user_id: 'imp_u_x' }]) expect(await log(none)).toEqual([]);
  expect(await log({}, asService('test', { tenant: zoe.tenant, user: zoe.user }))).toMatchObject([{ user_id: zoe.user }]);
});

it('an erased user is in no log', async () => {
  await harness.notify(zoe);
  await delivered();
  await harness.publish(auth.userErased, { tenant_id: zoe.tenant, user_id: zoe.user });
  await waitUntil('the erasure', async () => !(await log()).length);
});
