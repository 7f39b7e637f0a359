import {
  BridgeNotFound,
  BridgeStopped,
  channels,
  OriginNotAllowed,
  type SayAsVisitor,
  type SetUpBridge,
  VisitorNotFound,
} from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { asAnonymous, codeOf, codesOf, problemOf, waitUntil } from '@skep/testkit';
import { expect, it } from '@jest/globals';
import { useChats } from './chats.js';

const chats = useChats();
const nobody = asAnonymous();
const ORIGIN = 'https://bees.example';

/** A widget of a person, which runs. Returns the last part of its address. */
async function widget(owner: Ctx, more: Partial<SetUpBridge> = {}): Promise<string> {
  const credentials = { allowed_origins: `${ORIGIN}, https://www.bees.example` };
  const set = await chats.call(channels.setUpBridge, owner, { channel: 'web', credentials, dm_policy: 'open', enabled: true, ...more });
  return set.receive_url?.split('/').at(-1) ?? '';
}
const say = (slug: string, text: string, more: Partial<SayAsVisitor> = {}) =>
  chats.call(channels.sayAsVisitor, nobody, { slug, text, origin: ORIGIN, ...more });
const follow = (slug: string, visitor: string, origin = ORIGIN) => chats.call(channels.followAsVisitor, nobody, { slug, visitor, origin });
/** What was said, once there are so many messages. */
const said = (slug: string, visitor: string, count: number) =>
  waitUntil(`${count} messages`, async () => {
    const { messages } = await follow(slug, visitor);
    return messages.length >= count ? messages.map(({ direction, content }) => `${direction}: ${content}`) : undefined;
  });

it('a visitor is answered, and continues in one conversation', async () => {
  chats.model.says = 'At night.';
  const slug = await widget(chats.ada);
  const { visitor } = await say(slug, 'When do bees sleep?');
  expect(await said(slug, visitor, 2)).toEqual(['inbound: When do bees sleep?', 'outbound: At night.']);
  expect(await say(slug, 'And wasps?', { visitor, message_id: 'm2' })).toEqual({ visitor });
  // A page that was not answered sends its message again.
  await say(slug, 'And wasps?', { visitor, message_id: 'm2' });
  const all = await said(slug, visitor, 4);
  expect(all).toEqual(['inbound: When do bees sleep?', 'outbound: At night.', 'inbound: And wasps?', 'outbound: At night.']);
  const { session_id } = await follow(slug, visitor);
  expect(await chats.said(chats.ada, session_id)).toHaveLength(4);
  await waitUntil('the outcome', async () => (await chats.inbox(chats.ada)).at(-1)?.status === 'sent');
  const stored = await chats.query('select contact_id from chat_session where id = $1', [session_id]);
  expect(JSON.stringify(stored)).not.toContain(visitor);
});

it('a visitor does not read messages of another one, and nobody is a visitor without a token', async () => {
  const slug = await widget(chats.ada);
  const [gus, hal] = await Promise.all([say(slug, 'I am Gus.'), say(slug, 'I am Hal.')]);
  await said(slug, gus.visitor, 2);
  expect(JSON.stringify(await said(slug, hal.visitor, 2))).not.toContain('Gus');
  const { session_id } = await follow(slug, gus.visitor);
  const { session } = await chats.call(channels.getChatSession, chats.ada, { session_id });
  const other = await widget(chats.bob);
  expect(
    await codesOf([
      ...['nobody', session_id, session.contact_id].map((visitor) => follow(slug, visitor)),
      ...[follow(other, gus.visitor), say(slug, 'Hello', { visitor: session.contact_id }), say(other, 'Hello', { visitor: gus.visitor })],
    ]),
  ).toEqual(Array(6).fill(VisitorNotFound.code));
});

it('pages of other origins neither write nor read', async () => {
  const slug = await widget(chats.ada);
  const { visitor } = await say(slug, 'Hello', { origin: 'https://www.bees.example' });
  const others = ['https://evil.example', 'https://bees.example.evil.example', 'http://bees.example', 'null', ''];
  const calls = others.flatMap((origin) => [say(slug, 'Hello', { origin, visitor }), follow(slug, visitor, origin)]);
  expect(new Set(await codesOf(calls))).toEqual(new Set([OriginNotAllowed.code]));
});

it('a widget that is stopped or unknown takes nothing, and a chat network is no widget', async () => {
  const slug = await widget(chats.bob);
  const { visitor } = await say(slug, 'Hello');
  await chats.call(channels.stopBridge, chats.bob, { channel: 'web' });
  expect(await codesOf([say(slug, 'Hello'), follow(slug, visitor)])).toEqual([BridgeStopped.code, BridgeStopped.code]);
  await chats.bot(chats.bob);
  const [row] = await chats.query("select slug from bridge where channel = 'telegram'");
  expect(await codesOf([say('unknown', 'Hello'), say(String(row?.['slug']), 'Hello')])).toEqual(Array(2).fill(BridgeNotFound.code));
  expect(await codeOf(chats.call(channels.receiveFromVendor, nobody, { slug, method: 'POST', headers: {}, query: {}, body: '' }))).toBe(
    BridgeNotFound.code,
  );
});

it('what is no origin, and no message, is invalid', async () => {
  for (const allowed_origins of ['*', 'bees.example', 'https://bees.example/', `${ORIGIN},`, 'javascript:alert(1)']) {
    const { body } = await problemOf(widget(chats.zoe, { credentials: { allowed_origins } }));
    expect(body).toMatchObject({ code: 'invalid_input', detail: [{ loc: ['credentials', 'allowed_origins'] }] });
  }
  const slug = await widget(chats.zoe);
  const long = { text: 'x'.repeat(4_001), field: 'text' };
  const bad = [{ text: '', field: 'text' }, long, { visitor: '', field: 'visitor' }, { message_id: 'x'.repeat(101), field: 'message_id' }];
  for (const { field, ...input } of bad) {
    const { body } = await problemOf(say(slug, 'Hello', input));
    expect(body).toMatchObject({ code: 'invalid_input', detail: [{ loc: [field] }] });
  }
});

it('a stranger gets a code first, unless the widget is open', async () => {
  const slug = await widget(chats.zoe, { dm_policy: 'pairing' });
  const { visitor } = await say(slug, 'Hello');
  const [, welcome] = await said(slug, visitor, 2);
  expect(welcome).toContain('your pairing code');
});
