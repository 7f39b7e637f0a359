import { e2eTest, type Mutant } from '@skep/testkit';

const spec = (vendor: string, name: string) => ({ file: `src/bridge/adapters/${vendor}.spec.js`, name });
const OLD = 'that was signed more than five minutes ago is refused';

/** Planted bugs: each would let a stranger write or read in the name of others, or an agent notify people who did not ask it. */
export const vendorMutants: Mutant[] = [
  {
    name: 'a request of WhatsApp needs no signature',
    file: 'src/bridge/adapters/whatsapp.js',
    find: "!isMac(macOf(app_secret, request.body), request.headers['x-hub-signature-256'], 'sha256=')",
    plant: 'false',
    test: spec('whatsapp', 'without the signature of the app is refused, before it is read'),
  },
  {
    name: 'an app of WhatsApp brings the messages of its other numbers',
    file: 'src/bridge/adapters/whatsapp.js',
    find: "textAt(value, 'metadata', 'phone_number_id') === credentials['phone_number_id']",
    plant: 'true',
    test: spec('whatsapp', 'brings nothing of what is no message, of groups, and of other numbers'),
  },
  {
    name: 'the address is confirmed to anyone who asks',
    file: 'src/bridge/adapters/whatsapp.js',
    find: '!verify_token || !isKnown ||',
    plant: '',
    test: spec('whatsapp', 'of Meta that makes sure of the address gets its challenge back, if it knows the verify token'),
  },
  {
    name: 'a request of Slack needs no signature',
    file: 'src/bridge/adapters/slack.js',
    find: "!mac || !isMac(mac, headers['x-slack-signature'], 'v0=')",
    plant: 'false',
    test: spec('slack', 'without the signature of the app is refused, before it is read'),
  },
  {
    name: 'an old request of Slack is taken again',
    file: 'src/bridge/adapters/slack.js',
    find: '!isLately(at)',
    plant: 'false',
    test: spec('slack', OLD),
  },
  {
    name: 'a text of an agent notifies a whole channel of Slack',
    file: 'src/bridge/adapters/slack.js',
    find: 'text: escape(text)',
    plant: 'text',
    test: spec('slack', 'goes to its thread, mentions nobody, and opens no address'),
  },
  {
    name: 'a message of Slack is acknowledged before it is stored',
    file: 'src/bridge/adapters/slack.js',
    find: "await store(deliveryOf(valueAt(envelope, 'payload')))",
    plant: "void store(deliveryOf(valueAt(envelope, 'payload'))).catch(() => undefined)",
    test: spec('slack', 'brings messages, which are acknowledged once they are stored'),
  },
  {
    name: 'a request of Discord needs no signature',
    file: 'src/bridge/adapters/discord.js',
    find: "!isSigned(public_key, Buffer.concat([Buffer.from(at), body]), headers['x-signature-ed25519'])",
    plant: 'false',
    test: spec('discord', 'without the signature of Discord is refused, before it is read'),
  },
  {
    name: 'an old request of Discord is taken again',
    file: 'src/bridge/adapters/discord.js',
    find: '!isLately(at)',
    plant: 'false',
    test: spec('discord', OLD),
  },
  {
    name: 'a text of an agent notifies everyone at Discord',
    file: 'src/bridge/adapters/discord.js',
    find: 'allowed_mentions: { parse: [] }',
    plant: "allowed_mentions: { parse: ['everyone'] }",
    test: spec('discord', 'answers the one that it is for, and mentions nobody'),
  },
  {
    name: 'a person who allows a channel of Slack allows all of them',
    file: 'src/contact/admission.js',
    find: 'allow.includes(chat.group ?? chat.id)',
    plant: 'true',
    test: e2eTest('vendors', 'answers a channel that its person allows, in all of its threads'),
  },
  {
    name: 'a socket is opened at an address on the inside',
    library: 'platform',
    file: 'src/outbound/outbound.js',
    find: "this.parse(url.replace(/^ws(s?):/i, 'http$1:'), false)",
    plant: "this.parse(url.replace(/^ws(s?):/i, 'http$1:'), true)",
    test: spec('slack', 'is not opened at an address on the inside that Slack names'),
  },
  {
    name: 'whoever knows the id of a visitor reads as them',
    file: 'src/widget/widget.handlers.js',
    find: "createHash('sha256').update(token).digest('hex').slice(0, 32)",
    plant: 'token.slice(0, 32)',
    test: e2eTest('widget', 'a visitor does not read messages of another one, and nobody is a visitor without a token'),
  },
  {
    name: 'a visitor who is unknown is taken for one',
    file: 'src/widget/widget.handlers.js',
    find: 'if (visitor !== undefined)',
    plant: 'if (false)',
    test: e2eTest('widget', 'a visitor does not read messages of another one, and nobody is a visitor without a token'),
  },
  {
    name: 'pages of every origin write to a widget',
    file: 'src/widget/widget.handlers.js',
    find: 'origin !== undefined && !originsOf(credentialsOf(bridge)).includes(origin)',
    plant: 'false',
    test: e2eTest('widget', 'pages of other origins neither write nor read'),
  },
];
