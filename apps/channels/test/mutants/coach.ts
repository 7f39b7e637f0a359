import { e2eTest, type Mutant } from '@skep/testkit';

const unit = (name: string) => ({ file: 'src/link/crockford.spec.js', name });
const CODES = 'src/link/link-code.repository.js';
const DEVICES = 'src/device/device-token.repository.js';
const GUESSED = 'cannot be guessed: the sixth try in ten minutes is refused, also if it is right';

/** Planted bugs of devices and links: each would show a person's words to others, or let others speak for them. */
export const coachMutants: Mutant[] = [
  {
    name: 'a device keeps its earlier person',
    file: DEVICES,
    find: 'findOneBy({ id, tenant_id, user_id })',
    plant: 'findOneBy({ id })',
    test: e2eTest('devices', 'a device that changed hands gets only what is for its newest person'),
  },
  {
    name: 'a person forgets the device of another one',
    file: DEVICES,
    find: 'delete from device_token where id = :id and tenant_id = :tenant and user_id = :user',
    plant: 'delete from device_token where id = :id and :tenant::text || :user is not null',
    test: e2eTest('devices', 'a device is forgotten by its token or its id, once and again, and not by others'),
  },
  {
    name: 'a token that Firebase does not know is kept',
    file: 'src/device/firebase-messaging.js',
    find: "if (status === 404 || code === 'UNREGISTERED')",
    plant: 'if (false)',
    test: e2eTest('devices', 'a token that Firebase does not know is removed, and the others are kept'),
  },
  {
    name: 'anyone opens the notifications of others',
    file: 'src/notification/notification.repository.js',
    find: 'where ${IS_OWN} and id = :id returning id',
    plant: "where id = :id and :tenant || :user <> '' returning id",
    test: e2eTest('devices', 'opening a notification marks it as read, once, and only its person can'),
  },
  {
    name: 'a request of Meta is taken with any signature',
    file: 'src/bridge/adapters/whatsapp.js',
    find: "!isMac(macOf(app_secret, request.body), request.headers['x-hub-signature-256'], 'sha256=')",
    plant: 'false',
    test: e2eTest('links', 'without a valid signature is refused, before it is read'),
  },
  {
    name: 'messages to other numbers are taken',
    file: 'src/bridge/adapters/whatsapp.js',
    find: "textAt(value, 'metadata', 'phone_number_id') === credentials['phone_number_id']",
    plant: 'true',
    test: e2eTest('links', 'is heard in each entry of a delivery, and none at another number'),
  },
  {
    name: 'a message to the installation that comes again is taken again',
    file: 'src/received/take-received.js',
    find: 'if (!(await this.received.take(contact, message_id)))',
    plant: 'await this.received.take(contact, message_id);\n            if (false)',
    test: e2eTest('links', 'is not answered for a message that came before they were linked, and comes again'),
  },
  {
    name: 'a link code works twice',
    file: CODES,
    find: 'update link_code set used_at = clock_timestamp()',
    plant: 'update link_code set used_at = null',
    test: e2eTest('links', 'is read without its hyphen and in small letters, works once, and again for who has used it'),
  },
  {
    name: 'a link code works for ever',
    file: CODES,
    find: 'used_at is null and expires_at > clock_timestamp()',
    plant: 'used_at is null',
    test: e2eTest('links', 'that is unknown, for another channel or number, or too old links nothing'),
  },
  {
    name: 'a person guesses codes without end',
    file: 'src/link/link-tries.js',
    find: 'if (count > TRIES_MAX)',
    plant: 'if (false)',
    test: e2eTest('links', GUESSED),
  },
  {
    name: 'a guess that fails is not counted',
    file: 'src/link/link-tries.js',
    find: 'case when ${IS_OVER} then 1 else link_try.count + 1 end',
    plant: '1',
    test: e2eTest('links', GUESSED),
  },
  {
    name: 'a number guesses codes without end',
    file: 'src/link/link-tries.js',
    find: 'return (await this.add(who)).count <= TRIES_MAX;',
    plant: 'return true;',
    test: e2eTest('links', 'cannot be confirmed in an app, is not taken after ten minutes, and not of a number that guesses'),
  },
  {
    name: 'a number that is linked can be taken',
    file: 'src/link/linking.js',
    find: 'known?.tenant_id !== ctx.tenant || known.user_id !== ctx.user',
    plant: '!known',
    test: e2eTest('links', 'does not link a number of someone else, whose code it does not use up'),
  },
  {
    name: 'a person unlinks the number of another one',
    file: 'src/link/link.repository.js',
    find: 'delete from link where id = :id and tenant_id = :tenant and user_id = :user returning *',
    plant: 'delete from link where id = :id and :tenant::text || :user is not null returning *',
    test: e2eTest('links', 'is unlinked once, with all that was said, and is a stranger then; others cannot'),
  },
  {
    name: 'a bridge confirms messages of other conversations',
    file: 'src/message/chat-message.repository.js',
    find: 'and :conversation_id in (session.id, session.conversation_id)',
    plant: 'and :conversation_id is not null',
    test: e2eTest('links', 'has messages whose ids in the network the bridge confirms, once'),
  },
  {
    name: 'an id in a network is replaced',
    file: 'src/message/chat-message.repository.js',
    find: 'if (message.vendor_id !== null)',
    plant: 'if (false)',
    test: e2eTest('links', 'has messages whose ids in the network the bridge confirms, once'),
  },
  {
    name: 'words are taken for codes',
    file: 'src/link/crockford.js',
    find: '/[-\\d]/.test(word)',
    plant: 'true',
    test: unit('codes are found in a message, and parts of longer words are none'),
  },
  {
    name: 'a request of Heylo needs no signature',
    file: 'src/heylo/heylo.handlers.js',
    find: '!secretsOf(secret).some((each) => isFromHeylo(mode, each, header.toLowerCase(), headers, body))',
    plant: 'false',
    test: e2eTest('heylo', 'a request without a valid signature of the last five minutes is refused'),
  },
];
