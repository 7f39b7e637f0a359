import { auth } from '@skep/contracts/auth';
import { channels } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { asService, codeOf, problemOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { useChats } from './chats.js';
import { doors, type Installation, newNumber, startInstallation } from './installation.js';

const chats = useChats();
let installation: Installation;
let door: ReturnType<typeof doors>;
let ada: Ctx;
let bob: Ctx;
let zoe: Ctx;

beforeAll(async () => {
  installation = await startInstallation();
  await chats.restart(installation.env);
  chats.model.says = 'Rest today.';
  door = doors(chats, installation.whatsapp);
  ({ ada, bob, zoe } = chats);
});
afterAll(() => installation?.whatsapp.close());
beforeEach(async () => {
  installation.whatsapp.mood = undefined;
  await chats.settle(60_000);
  for (const table of ['link', 'link_code', 'link_try', 'received_message', 'bridge']) await chats.query(`delete from ${table}`);
});

const expire = () => chats.query(`update link_code set expires_at = now() - interval '1 second'`);
const codesOfTable = async () => (await chats.query('select from link_code')).length;

describe('a stranger', () => {
  it('gets a code, once for a message that comes four times', async () => {
    const number = newNumber();
    const request = installation.whatsapp.request([installation.whatsapp.message(number, 'Hello')]);
    await Promise.all([1, 2, 3].map(() => door.deliver(request)));
    await door.answers(number);
    await door.deliver(request);
    await chats.settle();
    expect(door.codesTo(number)).toHaveLength(1);
    expect(await codesOfTable()).toBe(1);
  });

  it('who writes again gets the same code, three times at most', async () => {
    const number = newNumber();
    for (let n = 0; n < 5; n++) await door.write(number, `Hello ${n}`);
    await chats.settle();
    expect(door.codesTo(number)).toHaveLength(3);
    expect(new Set(door.codesTo(number)).size).toBe(1);
  });

  it('is heard in each entry of a delivery, and none at another number', async () => {
    const { whatsapp } = installation;
    const [a, b, c] = [newNumber(), newNumber(), newNumber()];
    await door.deliver(whatsapp.request([whatsapp.message(a, 'One'), whatsapp.message(b, 'Two')]));
    await door.deliver(whatsapp.request([whatsapp.message(c, 'Three')], [], '999'));
    await Promise.all([door.answers(a), door.answers(b)]);
    await chats.settle();
    expect(door.saidTo(c)).toEqual([]);
  });

  it('is answered after a limit of rate, and not again when no one knows whether they were', async () => {
    const { whatsapp } = installation;
    for (const mood of ['failing', 'refusing'] as const) {
      const number = newNumber();
      whatsapp.mood = mood;
      await door.write(number, 'Hello');
      await chats.settle(60_000);
      expect(door.saidTo(number)).toHaveLength(1);
      const [row] = await chats.query('select status, error from received_message where external_id = $1', [number]);
      expect(row).toEqual({ status: mood === 'failing' ? 'unknown' : 'failed', error: expect.any(String) });
    }
  });

  it('leaves a receipt of the answer, in any order', async () => {
    const { whatsapp } = installation;
    const { number } = await door.knock();
    await chats.settle();
    const { id } = whatsapp.sent.find(({ to }) => to === number)!;
    const status = (what: string) => door.deliver(whatsapp.request([], [whatsapp.status(id, what, { recipient_id: number })]));
    await status('read');
    await status('delivered');
    expect(await chats.query('select status from received_message where external_id = $1', [number])).toEqual([{ status: 'read' }]);
  });
});

describe('a code from a chat', () => {
  it('links the chat to who confirms it, of which both sides are told', async () => {
    const { number, code } = await door.knock();
    const link = await door.confirm(ada, code, { channel: 'whatsapp', phone: `+${number}` });
    expect(link).toMatchObject({
      channel: 'whatsapp',
      external_user_masked: `•••• ${number.slice(-4)}`,
      status: 'confirmed',
      created: true,
    });
    expect(JSON.stringify(link)).not.toContain(number);
    const { created: _, ...listed } = link;
    expect(await door.links(ada)).toEqual([listed]);
    expect((await door.answers(number, 2))[1]).toContain('linked');
    await chats.settle();
    const { rows } = await chats.call(channels.listNotifications, ada, { limit: 1, offset: 0, unread: false });
    expect(rows[0]).toMatchObject({ subject: 'Number linked', message: expect.stringContaining(number.slice(-4)), priority: 'high' });
    expect(await door.links(bob)).toEqual([]);
  });

  it('is read without its hyphen and in small letters, works once, and again for who has used it', async () => {
    const { code } = await door.knock();
    const { id } = await door.confirm(ada, code.replace('-', '').toLowerCase());
    expect(await door.confirm(ada, code)).toMatchObject({ id, created: false });
    expect(await codeOf(door.confirm(bob, code))).toBe('link_code_expired');
    expect(await door.links(bob)).toEqual([]);
  });

  it('is got by one of those who confirm it at once', async () => {
    for (let n = 0; n < 5; n++) {
      await chats.query('delete from link_try');
      const { code } = await door.knock();
      const before = (await chats.query('select from link')).length;
      const results = await Promise.allSettled([ada, bob, zoe, ada, bob, zoe].map((user) => door.confirm(user, code)));
      expect((await chats.query('select from link')).length).toBe(before + 1);
      const given = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(given.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(given.map(({ id }) => id)).size).toBe(1);
    }
  });

  it('that is unknown, for another channel or number, or too old links nothing', async () => {
    const { code } = await door.knock();
    expect(await codeOf(door.confirm(ada, 'ZZZZZZZZ'))).toBe('link_code_not_found');
    expect(await codeOf(door.confirm(ada, 'no code at all'))).toBe('link_code_not_found');
    expect(await codeOf(door.confirm(ada, code, { channel: 'telegram' }))).toBe('link_code_not_found');
    expect(await codeOf(door.confirm(ada, code, { phone: '+1 555 999 9999' }))).toBe('link_code_not_found');
    for (const more of [{ channel: 'fax' }, { phone: 'none' }]) expect(await codeOf(door.confirm(ada, code, more))).toBe('invalid_input');
    await expire();
    expect(await codeOf(door.confirm(ada, code))).toBe('link_code_expired');
    expect(await door.links(ada)).toEqual([]);
  });

  it('cannot be guessed: the sixth try in ten minutes is refused, also if it is right', async () => {
    const { code } = await door.knock();
    const guesses = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => door.confirm(ada, `ZZZZZZZ${n}`)));
    const reasons = guesses.map((guess) => (guess as PromiseRejectedResult).reason as { body: { code: string } });
    expect(reasons.filter(({ body }) => body.code === 'link_code_not_found')).toHaveLength(5);
    const refused = await problemOf(door.confirm(ada, code));
    expect(refused.body.code).toBe('too_many_requests');
    expect(refused.retryAfter).toBeGreaterThan(500);
    expect(await door.confirm(bob, code)).toMatchObject({ created: true });
    await chats.query(`update link_try set since = since - interval '11 minutes'`);
    expect(await codeOf(door.confirm(ada, code))).toBe('link_code_expired');
  });

  it('does not link a number of someone else, whose code it does not use up', async () => {
    const { number, code } = await door.knock();
    await door.confirm(zoe, code);
    // As if the number had asked before it was linked.
    await chats.query(`update link_code set used_at = null`);
    expect(await codeOf(door.confirm(ada, code))).toBe('already_linked');
    expect(await chats.query('select from link_code where used_at is null')).toHaveLength(1);
    expect((await door.links(zoe))[0]?.external_user_masked).toContain(number.slice(-4));
  });

  it('is in no table', async () => {
    const { number, code } = await door.knock();
    const made = await door.makeCode(ada, 'a-key');
    await door.confirm(ada, code);
    await door.answers(number, 2);
    await chats.settle();
    const tables = [
      'link',
      'link_code',
      'link_try',
      'received_message',
      'run',
      'run_step',
      'outbox',
      'idempotency',
      'idempotency_part',
      'chat_message',
    ];
    const rows = JSON.stringify(await Promise.all(tables.map((table) => chats.query(`select t::text as row from ${table} t`))));
    for (const each of [code, made.code]) for (const form of [each, each.replace('-', '')]) expect(rows).not.toContain(form);
  });
});

describe('a code from the app', () => {
  it('links the number that sends it, once, and both sides are told', async () => {
    const { code, deep_link, expires_at } = await door.makeCode(ada);
    const { host, pathname, searchParams } = new URL(deep_link);
    expect([host, pathname]).toEqual(['wa.me', '/15550783881']);
    expect(searchParams.get('text')).toContain(code);
    const [kept] = await chats.query(`select expires_at, expires_at <= now() + interval '10 minutes' as is_soon from link_code`);
    expect(kept).toEqual({ expires_at, is_soon: true });
    const [first, second] = [newNumber(), newNumber()];
    await door.write(first, searchParams.get('text')!);
    expect((await door.answers(first))[0]).toContain('linked');
    await door.write(second, searchParams.get('text')!);
    await door.answers(second);
    expect((await door.links(ada)).map(({ external_user_masked }) => external_user_masked.slice(-4))).toEqual([first.slice(-4)]);
    expect(door.codesTo(second)).toHaveLength(1);
  });

  it('is one for one Idempotency-Key of one person, also of four requests at once', async () => {
    const one = new Set((await Promise.all([1, 2, 3, 4].map(() => retried(() => door.makeCode(ada, 'k1'))))).map(({ code }) => code));
    expect(one.size).toBe(1);
    const others = [await door.makeCode(ada, 'k2'), await door.makeCode(bob, 'k1'), await door.makeCode(ada)].map(({ code }) => code);
    expect(new Set([...one, ...others]).size).toBe(4);
    const other = chats.call(channels.makeLinkCode, { ...ada, idempotencyKey: 'k1' }, { channel: 'telegram' });
    expect(await codeOf(other)).toBe('idempotency_conflict');
  });

  it('cannot be confirmed in an app, is not taken after ten minutes, and not of a number that guesses', async () => {
    const { code } = await door.makeCode(ada);
    expect(await codeOf(door.confirm(bob, code))).toBe('link_code_not_found');
    const guesser = newNumber();
    for (let n = 0; n < 6; n++) await door.write(guesser, `ZZZZ-ZZZ${n}`);
    await door.write(guesser, code);
    expect(await door.links(ada)).toEqual([]);
    await expire();
    await door.write(newNumber(), code);
    expect(await door.links(ada)).toEqual([]);
  });

  it('does not take a number from someone else, who is told in the chat', async () => {
    const { number, code } = await door.knock();
    await door.confirm(zoe, code);
    await door.answers(number, 2);
    await door.write(number, (await door.makeCode(ada)).code);
    expect((await door.answers(number, 3))[2]).toContain('another account');
    expect([(await door.links(ada)).length, (await door.links(zoe)).length]).toEqual([0, 1]);
  });

  it('is refused for other channels, to a person with ten of them, and while Meta does not say the number', async () => {
    expect(await codeOf(chats.call(channels.makeLinkCode, ada, { channel: 'telegram' }))).toBe('invalid_input');
    for (let n = 0; n < 10; n++) await door.makeCode(bob);
    expect(await codeOf(door.makeCode(bob))).toBe('too_many_requests');
    await chats.restart({ ...installation.env, WHATSAPP_TOKEN: 'wrong' });
    expect(await codeOf(door.makeCode(ada))).toBe('channel_unreachable');
    await chats.restart(installation.env);
    expect(await door.makeCode(ada)).toMatchObject({ deep_link: expect.stringContaining('15550783881') });
  });
});

describe('a linked contact', () => {
  const linked = async (user: Ctx) => {
    const { number, code } = await door.knock();
    const { id } = await door.confirm(user, code);
    await door.answers(number, 2);
    return { number, id };
  };

  it('talks to the agent of their person, whose inbox has it, and each message is taken once', async () => {
    const { number } = await linked(ada);
    const { whatsapp } = installation;
    const request = whatsapp.request([whatsapp.message(number, 'Shall I run?', { context: { id: 'wamid.quoted' } })]);
    await Promise.all([door.deliver(request), door.deliver(request)]);
    expect((await door.answers(number, 3))[2]).toBe('Rest today.');
    await chats.settle(60_000);
    expect(door.saidTo(number)).toHaveLength(3);
    const inbox = await chats.inbox(ada);
    expect(inbox.filter(({ direction }) => direction === 'inbound')).toMatchObject([
      { content: 'Shall I run?', reply_to_id: 'wamid.quoted' },
    ]);
    expect(await chats.said(ada, inbox[0]!.session_id)).toEqual(['user: Shall I run?', 'assistant: Rest today.']);
    expect(await chats.inbox(bob)).toEqual([]);
    const { id } = whatsapp.sent.at(-1)!;
    await door.deliver(whatsapp.request([], [whatsapp.status(id, 'read', { recipient_id: number })]));
    expect((await chats.inbox(ada)).at(-1)?.status).toBe('read');
  });

  it('is not answered for a message that came before they were linked, and comes again', async () => {
    const number = newNumber();
    const request = installation.whatsapp.request([installation.whatsapp.message(number, 'Hello')]);
    await door.deliver(request);
    await door.answers(number);
    await door.confirm(ada, door.codesTo(number)[0]!);
    await door.deliver(request);
    await chats.settle(60_000);
    expect(door.saidTo(number)).toHaveLength(2);
    expect((await chats.inbox(ada)).map(({ direction }) => direction)).toEqual(['outbound']);
  });

  it('gets notifications, if their person wants them there and the contact has written in the last day', async () => {
    const { number } = await linked(ada);
    await chats.notify(ada, { message: 'Not there.' });
    await chats.settle();
    await chats.call(channels.setReach, ada, { channels: { whatsapp: true } });
    await chats.notify(ada, { subject: 'Race', message: 'Tomorrow.' });
    await chats.settle();
    await chats.query(`update link set last_seen_at = now() - interval '25 hours'`);
    await chats.notify(ada, { message: 'Too late.' });
    await chats.settle();
    expect(door.saidTo(number).slice(2)).toEqual(['Race\nTomorrow.']);
    await chats.call(channels.setReach, ada, { channels: { whatsapp: false } });
  });

  it('is unlinked once, with all that was said, and is a stranger then; others cannot', async () => {
    const { number, id } = await linked(ada);
    const unlink = (user: Ctx) => chats.call(channels.deleteLink, user, { link_id: id });
    for (const other of [bob, zoe]) expect(await codeOf(unlink(other))).toBe('link_not_found');
    await unlink(ada);
    expect(await codeOf(unlink(ada))).toBe('link_not_found');
    expect([await door.links(ada), await chats.inbox(ada)]).toEqual([[], []]);
    await door.write(number, 'Still there?');
    await door.answers(number, 3);
    expect(door.codesTo(number)).toHaveLength(2);
  });

  it('is forgotten with the devices and codes of their person, again and again', async () => {
    await linked(ada);
    await linked(bob);
    await door.makeCode(ada);
    for (let n = 0; n < 2; n++) await chats.call(channels.forgetPerson, asService('coach'), { user_id: ada.user, tenant_id: ada.tenant });
    expect([await door.links(ada), await chats.inbox(ada)]).toEqual([[], []]);
    expect(await chats.query('select from link_code where user_id = $1', [ada.user])).toEqual([]);
    expect([(await door.links(bob)).length, (await chats.inbox(bob)).length]).toEqual([1, 1]);
    await chats.publish(auth.userErased, { tenant_id: bob.tenant, user_id: bob.user });
    await waitUntil('the erasure', async () => !(await door.links(bob)).length);
  });

  it('whose person has stopped the channel is not answered, and Meta is told that it arrived', async () => {
    const { number } = await linked(ada);
    await chats.call(channels.stopBridge, ada, { channel: 'coach' });
    expect(await door.write(number, 'Anyone?')).toMatchObject({ status_code: 200 });
    await chats.settle();
    expect(door.saidTo(number)).toHaveLength(2);
  });

  it('has messages whose ids in the network the bridge confirms, once', async () => {
    await linked(ada);
    const { id, session_id, channel_message_id } = await waitUntil('a sent message', async () =>
      (await chats.inbox(ada)).find((message) => message.direction === 'outbound' && message.channel_message_id !== null),
    );
    const reference = {
      ...{ channel: 'whatsapp', conversation_id: session_id, internal_message_id: id, external_message_id: channel_message_id! },
      sent_at: new Date(),
    };
    const confirm = (...references: object[]) =>
      chats.call(channels.confirmReferences, asService('bridge'), { references } as never).then(({ confirmed }) => confirmed);
    expect(await confirm(reference, reference)).toBe(2);
    expect(await chats.call(channels.confirmReferences, asService('bridge'), reference)).toEqual({ confirmed: 1 });
    expect(await codeOf(confirm({ ...reference, external_message_id: 'wamid.other' }))).toBe('message_reference_conflict');
    const others = [{ internal_message_id: 'msg_unknown' }, { conversation_id: 'c-unknown' }, { channel: 'telegram' }];
    for (const other of others) expect(await codeOf(confirm(reference, { ...reference, ...other }))).toBe('inbox_message_not_found');
    // One that was lost on its way is known to be sent.
    await chats.query(`update chat_message set vendor_id = null, status = 'unknown' where id = $1`, [id]);
    expect(await codeOf(confirm(reference, { ...reference, internal_message_id: 'msg_unknown' }))).toBe('inbox_message_not_found');
    expect(await confirm(reference)).toBe(1);
    expect(await chats.call(channels.getInboxMessage, ada, { message_id: id })).toMatchObject({ status: 'sent', channel_message_id });
    expect(await codeOf(confirm(...Array.from({ length: 101 }, () => reference)))).toBe('invalid_input');
    for (const input of [{}, { ...reference, sent_at: 'yesterday' }])
      expect(await codeOf(chats.call(channels.confirmReferences, asService('bridge'), input as never))).toBe('invalid_input');
  });
});

describe('a request of Meta', () => {
  it('that checks the address gets its challenge, if it knows the token', async () => {
    const { verification } = installation.whatsapp;
    expect(await door.deliver(verification('verify-1'))).toMatchObject({ body: '1158201444', headers: { 'content-type': 'text/plain' } });
    expect(await codeOf(door.deliver(verification('x')))).toBe('forbidden');
    const { query, ...request } = verification('verify-1');
    for (const [name, value] of [
      ['hub.mode', 'x'],
      ['hub.challenge', ''],
    ] as const)
      expect(await codeOf(door.deliver({ ...request, query: { ...query, [name]: value } }))).toBe('invalid_input');
  });

  it('without a valid signature is refused, before it is read', async () => {
    const { whatsapp } = installation;
    const request = whatsapp.request([whatsapp.message(newNumber(), 'Forged')]);
    const signed = request.headers['x-hub-signature-256']!;
    const signatures = [
      '',
      signed.slice(0, -2),
      signed.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      signed.replace('sha256=', 'sha1='),
    ];
    for (const signature of signatures)
      expect(await codeOf(door.deliver({ ...request, headers: { 'x-hub-signature-256': signature } }))).toBe('invalid_channel_signature');
    const longer = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) };
    expect(await codeOf(door.deliver(longer))).toBe('invalid_channel_signature');
    expect(await codeOf(door.deliver({ ...longer, headers: whatsapp.sign('no JSON').headers }))).toBe('invalid_channel_signature');
    expect(await codeOf(door.deliver(whatsapp.sign('no JSON')))).toBe('invalid_input');
    for (const body of ['{}', '{"entry":[{"changes":[{"field":"weather","value":{}}]}]}', '{"entry":"x"}'])
      expect(await door.deliver(whatsapp.sign(body))).toMatchObject({ status_code: 200, body: '{}' });
    expect(await chats.query('select from received_message')).toEqual([]);
  });

  it('is taken with the new and the old secret while it is changed', async () => {
    const { whatsapp, env } = installation;
    await chats.restart({ ...env, WHATSAPP_APP_SECRET: `new-secret,${env['WHATSAPP_APP_SECRET']}` });
    expect(await door.deliver(whatsapp.sign('{}'))).toMatchObject({ status_code: 200 });
    await chats.restart({ ...env, WHATSAPP_APP_SECRET: 'new-secret' });
    expect(await codeOf(door.deliver(whatsapp.sign('{}')))).toBe('invalid_channel_signature');
    await chats.restart(env);
  });

  it('is refused, and so are codes, without the settings; half of them stop the start', async () => {
    const { whatsapp, env } = installation;
    const none = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
    await chats.restart(none);
    const asked = [door.deliver(whatsapp.sign('{}')), door.deliver(whatsapp.verification('')), door.makeCode(ada)];
    for (const each of asked)
      expect((await problemOf(each)).body).toMatchObject({
        code: 'not_configured',
        detail: expect.stringContaining('WHATSAPP_APP_SECRET'),
      });
    await expect(chats.restart({ ...env, WHATSAPP_TOKEN: '' })).rejects.toThrow('WHATSAPP_TOKEN: is required with WHATSAPP_APP_SECRET');
    await chats.restart(env);
  });
});

/** Repeats what is in progress elsewhere. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { body?: { code: string } }).body?.code !== 'idempotency_in_progress') throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
