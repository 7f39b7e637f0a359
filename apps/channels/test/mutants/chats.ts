import { e2eTest, type Mutant } from '@skep/testkit';

const PAIRING = 'src/contact/pairing-code.repository.js';
const OTHERS = e2eTest('inbox', 'messages and sessions of others are not there');

/** Planted bugs: each would answer a stranger, show a chat to another user, or send or take a message twice. */
export const chatMutants: Mutant[] = [
  {
    name: 'strangers are answered',
    file: 'src/contact/admission.js',
    find: 'if (isKnown)',
    plant: 'if (true)',
    test: e2eTest('pairing', 'a stranger gets a code instead of an answer, once while it is valid, and is answered after it is verified'),
  },
  {
    name: 'strangers use the tools of a person',
    file: 'src/message/answer-message.handlers.js',
    find: '!isTrusted(bridge, message.sender_id)',
    plant: 'false',
    test: e2eTest(
      'telegram',
      'a guest is answered without tools and without what the agent knows of its person, a trusted contact with both',
    ),
  },
  {
    name: 'strangers are answered in groups',
    file: 'src/contact/admission.js',
    find: 'isKnown && (is_to_bot',
    plant: '(is_to_bot',
    test: e2eTest('pairing', 'in a group the bot answers who is known and speaks to it, in the group, and strangers get no code'),
  },
  {
    name: 'a user verifies the code of another one',
    file: PAIRING,
    find: 'delete from pairing_code where tenant_id = :tenant and user_id = :user and code',
    plant: 'delete from pairing_code where code',
    test: e2eTest('pairing', 'nobody sees, verifies or revokes the code of another’s contact'),
  },
  {
    name: 'any number of strangers wait',
    file: PAIRING,
    find: '< ${PENDING_MAX}',
    plant: '< 1000000',
    test: e2eTest('pairing', 'only fifty strangers wait at once, and the others get nothing'),
  },
  {
    name: 'the address of a channel follows from its user',
    file: 'src/bridge/bridge.repository.js',
    find: "slug: randomBytes(24).toString('hex')",
    plant: 'slug: `${tenant_id}-${user_id}-${channel}`',
    test: e2eTest('bridges', 'the address of a channel cannot be guessed'),
  },
  {
    name: 'a message that comes again is taken again',
    file: 'src/inbound/take-delivery.js',
    find: '{ vendor_id, reply_to_id: reply_to',
    plant: '{ vendor_id: null, reply_to_id: reply_to',
    test: e2eTest('telegram', 'messages that come twice or in another order are taken once, and answered in order'),
  },
  {
    name: 'a message of unknown outcome is sent again',
    file: 'src/message/send-once.js',
    find: "return end('unknown', reason);",
    plant: "return message.end('queued', {}).then(() => ({ status: 'queued', again: 10 }));",
    test: e2eTest('telegram', 'a message of which nobody knows whether it was sent (lost) is not sent again'),
  },
  {
    name: 'what a contact writes counts as written by the user',
    file: 'src/message/answer-message.handlers.js',
    find: 'is_outside: true',
    plant: 'is_outside: false',
    test: e2eTest('telegram', 'what a contact writes is content from outside for the agent'),
  },
  {
    name: 'a user replies in the session of another one',
    file: 'src/session/chat-session.repository.js',
    find: 'findOneBy({ id, tenant_id, user_id })',
    plant: 'findOneBy({ id })',
    test: OTHERS,
  },
  {
    name: 'a user reads the message of another one',
    file: 'src/message/chat-message.repository.js',
    find: 'findOneBy({ id, tenant_id, user_id })',
    plant: 'findOneBy({ id })',
    test: OTHERS,
  },
];
